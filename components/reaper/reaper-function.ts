import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-code/built-file";
import { operatorIssues } from "../connection/chef-connection";
import { placeOf } from "../iam/key-access";
import { ServiceRole } from "../iam/service-role";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { type OwnTargets, type ReapingArgs, reaperEnvironment } from "./reaper-environment";
import { JOIN_VPC, type ReaperNetwork, reaperSecurityGroups } from "./reaper-network";
import { reaperFunctionShape } from "./reaper-shape";
import { reaperStatements } from "./reaper-statements";
import { createReconcileSchedule } from "./reconcile-schedule";

/** The reaper as a Lambda function. */
export interface ReaperFunctionArgs extends ReapingArgs, OwnTargets {
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Most invocations at a time for messages of the queue, 2 to 1000. @default 5, which keeps a burst from taking the Chef server down */
  readonly maximumConcurrency?: number;
  /**
   * Invocations at a time that the account keeps for the function, and that it cannot exceed; at least one more than
   * `maximumConcurrency`, for the reconcile. @default none kept, none refused
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly reservedConcurrency?: number;
  /**
   * A bundle of your own, whose `index.js` exports `handler = createHandler({ targets })` of `pulumi-chef-autoscaling/reaper`.
   * What its targets call it must be permitted to call, by `statements`. @default the Chef server is the only target
   */
  readonly code?: pulumi.Input<pulumi.asset.Archive>;
  /**
   * Runs it in a VPC, for a Chef server without a public address. Its subnets need a way to EC2, Auto Scaling and where the operator's key is kept: a
   * NAT gateway or endpoints. @default in none
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  readonly vpc?: ReaperNetwork;
  /** Days its log is kept. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}

/** Seconds one invocation may take where nothing is said. */
export const REAPER_TIMEOUT_SECONDS = 30;
/** Most invocations at a time where nothing is said. */
export const REAPER_MAXIMUM_CONCURRENCY = 5;

/**
 * The Lambda function that removes the node and the client of each instance that a queue reports as terminated.
 * It answers with a partial batch response, so one message that fails comes back alone.
 *
 * @example
 * ```ts
 * const queue = new NotificationQueue("web-events", { autoScalingGroup: group, readerTimeoutSeconds: 30 });
 * new ReaperFunction("web-reaper", { chef, groupNames: ["production-web"], queue });
 * ```
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class ReaperFunction extends pulumi.ComponentResource {
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;
  /** Where it writes a line of JSON for each decision. */
  readonly logGroupName: pulumi.Output<string>;

  /** @throws RunError with every mistake in the arguments, before anything is declared */
  constructor(name: string, args: ReaperFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ReaperFunction", name, {}, options);
    raise(`Reaper "${name}"`, argumentIssues(args, reaperFunctionShape, [({ chef }) => operatorIssues(chef)]));
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { namePrefix: `/aws/lambda/${name}-`, retentionInDays: args.logRetentionDays ?? 30 },
      { parent: this },
    );
    const role = this.createRole(name, args, logGroup);
    const reaper = this.createFunction(name, args, role, logGroup);
    this.readQueue(name, args, reaper);
    if (args.reconcile !== false) createReconcileSchedule(name, args.reconcile ?? {}, reaper, this);
    this.functionName = reaper.name;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
  }

  private createRole(name: string, args: ReaperFunctionArgs, logGroup: aws.cloudwatch.LogGroup): ServiceRole {
    return new ServiceRole(
      `${name}-service`,
      {
        service: "lambda.amazonaws.com",
        statements: [
          ...reaperStatements(args, logGroup.arn, placeOf(this)),
          ...(args.vpc ? [JOIN_VPC] : []),
          ...(args.statements ?? []),
        ],
        permissionsBoundary: args.permissionsBoundary,
      },
      { parent: this },
    );
  }

  private createFunction(
    name: string,
    args: ReaperFunctionArgs,
    role: ServiceRole,
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.lambda.Function {
    return new aws.lambda.Function(
      `${name}-function`,
      {
        description: shortened(
          `Removes the Chef node and client of terminated instances of ${args.groupNames.join(", ")}`,
        ),
        code: args.code ?? ownCode(),
        handler: "index.handler",
        runtime: "nodejs22.x",
        memorySize: 256,
        timeout: args.timeoutSeconds ?? REAPER_TIMEOUT_SECONDS,
        reservedConcurrentExecutions: args.reservedConcurrency,
        role: role.arn,
        vpcConfig: args.vpc && {
          subnetIds: args.vpc.subnetIds,
          securityGroupIds: reaperSecurityGroups(name, args.vpc, args.groupNames, this),
        },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        environment: {
          variables: { ...reaperEnvironment(args, invocationsOf(args), placeOf(this)), ...args.environment },
        },
      },
      { parent: this },
    );
  }

  private readQueue(name: string, args: ReaperFunctionArgs, reaper: aws.lambda.Function): void {
    new aws.lambda.EventSourceMapping(
      `${name}-source`,
      {
        eventSourceArn: args.queue.queueArn,
        functionName: reaper.arn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: maximumConcurrencyOf(args) },
      },
      { parent: this },
    );
  }
}

function ownCode(): pulumi.asset.Archive {
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(builtFile("lambda/reaper.js")) });
}

function maximumConcurrencyOf(args: ReaperFunctionArgs): number {
  return args.maximumConcurrency ?? REAPER_MAXIMUM_CONCURRENCY;
}

/** The reconcile is called beside the queue's invocations. */
function invocationsOf(args: ReaperFunctionArgs): number {
  return maximumConcurrencyOf(args) + (args.reconcile === false ? 0 : 1);
}

/** Lambda takes descriptions of 256 characters. */
function shortened(description: string): string {
  return description.length <= 256 ? description : `${description.slice(0, 255)}…`;
}
