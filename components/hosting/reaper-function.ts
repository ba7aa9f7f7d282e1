import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-file";
import type { ChefConnection } from "../chef-connection";
import { placeOf } from "../key-access";
import type { NotificationQueue } from "../notification/notification-queue";
import { ServiceRole } from "../service-role";
import { reaperStatements } from "./reaper-statements";
import { createReconcileSchedule, type ReconcileArgs, reconcileEnvironment } from "./reconcile-schedule";

export interface ReaperFunctionArgs {
  readonly chef: ChefConnection;
  /** Names of the groups whose nodes it may delete; a message of any other group goes to the dead letters. */
  readonly groupNames: readonly string[];
  readonly queue: NotificationQueue;
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Seconds after its termination during which a node that the Chef server does not know is looked for again. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** Logs what it would delete and deletes nothing. @default false */
  readonly dryRun?: boolean;
  /** Most invocations at a time for messages of the queue, 2 to 1000. @default 5, which keeps a burst from taking the Chef server down */
  readonly maximumConcurrency?: number;
  /**
   * Requests a second that all invocations together may send to the Chef server; three remove an instance's node and client.
   * @default as many as the server takes: invocations send fewer while it answers 429 or 503, or not in time
   */
  readonly chefRequestsPerSecond?: number;
  /**
   * Invocations at a time that the account keeps for the function, and that it cannot exceed; at least one more than
   * `maximumConcurrency`, for the reconcile. @default none kept, none refused
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly reservedConcurrency?: number;
  /** Looks on a schedule for what no message told of, and removes it; `false` does not. @default every hour */
  readonly reconcile?: ReconcileArgs | false;
  /** Days its log is kept. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}

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
        statements: reaperStatements(args, logGroup.arn, placeOf(this)),
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
        description: `Removes the Chef node and client of terminated instances of ${args.groupNames.join(", ")}`,
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.FileAsset(builtFile("lambda/reaper.js")),
        }),
        handler: "index.handler",
        runtime: "nodejs22.x",
        memorySize: 256,
        timeout: args.timeoutSeconds ?? REAPER_TIMEOUT_SECONDS,
        reservedConcurrentExecutions: args.reservedConcurrency,
        role: role.arn,
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        environment: { variables: reaperEnvironment(args) },
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

/** The settings that components/reaper reads, as references and never as keys. */
export function reaperEnvironment(args: ReaperFunctionArgs): Record<string, pulumi.Input<string>> {
  const environment: Record<string, pulumi.Input<string>> = {
    REAPER_CHEF_SERVER_URL: args.chef.serverUrl,
    REAPER_CHEF_CLIENT_NAME: args.chef.operator.name,
    REAPER_CHEF_KEY: JSON.stringify(args.chef.operator.key),
    REAPER_GROUPS: JSON.stringify(args.groupNames),
    REAPER_ABSENCE_GRACE_SECONDS: String(args.absenceGraceSeconds ?? 600),
    REAPER_QUEUE_URL: args.queue.queueUrl,
    REAPER_DEAD_LETTER_QUEUE_URL: args.queue.deadLetterQueueUrl,
    ...reconcileEnvironment(args.reconcile || {}),
  };
  if (args.chef.caPem) environment.REAPER_CHEF_CA_PEM = args.chef.caPem;
  if (args.chefRequestsPerSecond)
    environment.REAPER_CHEF_REQUESTS_PER_SECOND = shareOf(args.chefRequestsPerSecond, args);
  if (args.dryRun) environment.REAPER_DRY_RUN = "true";
  return environment;
}

function maximumConcurrencyOf(args: ReaperFunctionArgs): number {
  return args.maximumConcurrency ?? REAPER_MAXIMUM_CONCURRENCY;
}

/** Invocations do not know of each other: each keeps to its part of what all may send. */
function shareOf(perSecond: number, args: ReaperFunctionArgs): string {
  const invocations = maximumConcurrencyOf(args) + (args.reconcile === false ? 0 : 1);
  return String(Number((perSecond / invocations).toFixed(3)));
}
