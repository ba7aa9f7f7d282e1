import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RECONCILE_FUNCTION } from "../../reaper/reconcile-event";
import { operatorIssues } from "../connection/chef-connection";
import { placeOf } from "../iam/key-access";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { idleIssues, type PresenceOf } from "../pass-through/presence";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { deployFunction, type SharedSettings } from "./deployed-function";
import { type OwnTargets, type ReapingArgs, reaperEnvironment } from "./reaper-environment";
import { type ReaperNetwork, reaperSecurityGroups } from "./reaper-network";
import { reaperPresence } from "./reaper-presence";
import { reaperFunctionShape } from "./reaper-shape";
import { reaperStatements } from "./reaper-statements";
import { createReconcile } from "./reconcile-function";

/** The reaper as a Lambda function. */
export interface ReaperFunctionArgs extends ReapingArgs, OwnTargets {
  /** Timeout of one invocation for messages, in seconds; the reconcile has 900. @default 30 */
  readonly timeoutSeconds?: number;
  /**
   * Maximum number of concurrent invocations for messages of the queue, 2 to 1000. @default 5, so that a burst does not overload the Chef
   * server
   */
  readonly maximumConcurrency?: number;
  /**
   * Concurrency that is reserved for the function in the account, and that it cannot exceed; at least `maximumConcurrency`.
   *
   * @default no reservation, no limit
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly reservedConcurrency?: number;
  /**
   * Your own bundle, whose `index.js` exports `handler = createHandler({ targets })` of `pulumi-chef-autoscaling/reaper`; both functions
   * run it. Grant the permissions of your targets in `statements`. @default the Chef server is the only target
   */
  readonly code?: pulumi.Input<pulumi.asset.Archive>;
  /**
   * Runs the functions in a VPC, for a Chef server without a public address. Its subnets need a route to EC2, Auto Scaling and the place of
   * the operator's key: a NAT gateway or endpoints. @default no VPC
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  readonly vpc?: ReaperNetwork;
  /** Retention of the functions' logs, in days. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** Additional properties of the resources, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<FunctionResource>;
}

/** The resources it declares, as `passOn` names them. */
export type FunctionResource =
  | "function"
  | "eventSourceMapping"
  | "reaperRole"
  | "reaperSecurityGroup"
  | "logGroup"
  | "reconcileFunction"
  | "reconcileRole"
  | "reconcileLogGroup"
  | "reconcileInvokeConfig"
  | "reconcileRule"
  | "reconcileTarget";

/** Default timeout of one invocation, in seconds. */
export const REAPER_TIMEOUT_SECONDS = 30;
/** Default for the maximum number of concurrent invocations. */
export const REAPER_MAXIMUM_CONCURRENCY = 5;
/** Enough for the responses of one batch, see test/lab/reaper-memory.test.ts. */
const REAPER_MEMORY_MIB = 256;

/**
 * The Lambda function that removes node and client of each instance that a queue reports as terminated, and the function that reconciles on
 * a schedule. The first one returns a partial batch response, so only failed messages are delivered again.
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
  /** Name of the log group, to which the function writes a line of JSON for each decision. */
  readonly logGroupName: pulumi.Output<string>;
  /** Name of the function that reconciles; undefined if there is none. */
  readonly reconcileFunctionName: pulumi.Output<string> | undefined;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(name: string, given: ReaperFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ReaperFunction", name, {}, options);
    raise(`Reaper "${name}"`, argumentIssues(given, reaperFunctionShape, CHECKS));
    const args = checkedLater(given, reaperFunctionShape, `Reaper "${name}"`);
    const place = placeOf(this);
    const shared: SharedSettings = {
      args,
      environment: reaperEnvironment(args, invocationsOf(args), place),
      securityGroupIds: args.vpc && reaperSecurityGroups(name, { ...args, ...args.vpc }, this),
    };
    const reconcile = args.reconcile === false ? undefined : createReconcile(name, shared, this);
    const { lambda, logGroup } = deployFunction(
      shared,
      {
        resources: { lambda: "function", role: "reaperRole", logGroup: "logGroup" },
        functionName: `${name}-function`,
        roleName: `${name}-service`,
        logName: `${name}-log`,
        logPrefix: `/aws/lambda/${name}-`,
        description: `Removes the Chef node and client of terminated instances of ${args.groupNames.join(", ")}`,
        memorySize: REAPER_MEMORY_MIB,
        timeout: args.timeoutSeconds ?? REAPER_TIMEOUT_SECONDS,
        reservedConcurrentExecutions: args.reservedConcurrency,
        statements: reaperStatements(args, place),
        // For chef-autoscaling doctor, which knows only the name of this function
        variables: reconcile && { [RECONCILE_FUNCTION]: reconcile.name },
      },
      this,
    );
    this.readQueue(name, args, lambda);
    this.functionName = lambda.name;
    this.logGroupName = logGroup.name;
    this.reconcileFunctionName = reconcile?.name;
    this.registerOutputs(outputsOf(this));
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

const PRESENCE: PresenceOf<ReaperFunctionArgs, FunctionResource> = reaperPresence({
  reconciles: ({ reconcile }) => reconcile !== false,
  network: ({ vpc }) => vpc,
});

const CHECKS = [
  ({ chef }: ReaperFunctionArgs) => operatorIssues(chef),
  ({ passOn }: ReaperFunctionArgs) => passOnIssues(passOn),
  (args: ReaperFunctionArgs) => idleIssues(args, PRESENCE),
];

function maximumConcurrencyOf(args: ReaperFunctionArgs): number {
  return args.maximumConcurrency ?? REAPER_MAXIMUM_CONCURRENCY;
}

/** The reconcile runs beside the queue's invocations. */
function invocationsOf(args: ReaperFunctionArgs): number {
  return maximumConcurrencyOf(args) + (args.reconcile === false ? 0 : 1);
}
