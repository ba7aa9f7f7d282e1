import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-code/built-file";
import { operatorIssues } from "../connection/chef-connection";
import { placeOf } from "../iam/key-access";
import { ServiceRole } from "../iam/service-role";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { type OwnTargets, type ReapingArgs, reaperEnvironment } from "./reaper-environment";
import { JOIN_VPC, type ReaperNetwork, reaperSecurityGroups } from "./reaper-network";
import { reaperFunctionShape } from "./reaper-shape";
import { reaperStatements } from "./reaper-statements";
import { createReconcileSchedule } from "./reconcile-schedule";

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
  /** What more its parts shall have, in the provider's words. @default nothing */
  readonly passOn?: PassOn<FunctionResource>;
}

export type FunctionResource =
  | "function"
  | "eventSourceMapping"
  | "reaperRole"
  | "reaperSecurityGroup"
  | "logGroup"
  | "reconcileRule"
  | "reconcileTarget";

export const REAPER_TIMEOUT_SECONDS = 30;
export const REAPER_MAXIMUM_CONCURRENCY = 5;

/**
 * The Lambda function that removes the node and the client of each instance that a queue reports as terminated.
 * It answers with a partial batch response, so one message that fails comes back alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class ReaperFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: ReaperFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ReaperFunction", name, {}, options);
    raise(`Reaper "${name}"`, argumentIssues(args, reaperFunctionShape, CHECKS));
    const logGroup = merge(
      "logGroup",
      { namePrefix: `/aws/lambda/${name}-`, retentionInDays: args.logRetentionDays ?? 30 },
      args.passOn?.logGroup,
      (merged) => new aws.cloudwatch.LogGroup(`${name}-log`, merged, { parent: this }),
    );
    const role = this.createRole(name, args, logGroup);
    const reaper = this.createFunction(name, args, role, logGroup);
    this.readQueue(name, args, reaper);
    if (args.reconcile !== false) createReconcileSchedule(name, args, reaper, this);
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
        passOn: { role: args.passOn?.reaperRole },
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
    return merge(
      "function",
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
          securityGroupIds: reaperSecurityGroups(name, { ...args, ...args.vpc }, this),
        },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        environment: {
          variables: { ...reaperEnvironment(args, invocationsOf(args), placeOf(this)), ...args.environment },
        },
      },
      args.passOn?.function,
      (merged) => new aws.lambda.Function(`${name}-function`, merged, { parent: this }),
    );
  }

  private readQueue(name: string, args: ReaperFunctionArgs, reaper: aws.lambda.Function): void {
    merge(
      "eventSourceMapping",
      {
        eventSourceArn: args.queue.queueArn,
        functionName: reaper.arn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: maximumConcurrencyOf(args) },
      },
      args.passOn?.eventSourceMapping,
      (merged) => new aws.lambda.EventSourceMapping(`${name}-source`, merged, { parent: this }),
    );
  }
}

const CHECKS = [
  ({ chef }: ReaperFunctionArgs) => operatorIssues(chef),
  ({ passOn }: ReaperFunctionArgs) => passOnIssues(passOn),
];

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
