import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RECONCILE_FUNCTION } from "../../reaper/reconcile-event";
import { operatorIssues } from "../connection/chef-connection";
import { placeOf } from "../iam/key-access";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { idleIssues, type Presence, type PresenceOf } from "../pass-through/presence";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { deployFunction, type SharedSettings } from "./deployed-function";
import { type OwnTargets, type ReapingArgs, reaperEnvironment } from "./reaper-environment";
import { type ReaperNetwork, reaperSecurityGroups } from "./reaper-network";
import { reaperFunctionShape } from "./reaper-shape";
import { reaperStatements } from "./reaper-statements";
import { createReconcile } from "./reconcile-function";

/** The reaper as a Lambda function. */
export interface ReaperFunctionArgs extends ReapingArgs, OwnTargets {
  /** Seconds that one invocation for messages may take; the reconcile has 900. @default 30 */
  readonly timeoutSeconds?: number;
  /** Most invocations at a time for messages of the queue, 2 to 1000. @default 5, which keeps a burst from taking the Chef server down */
  readonly maximumConcurrency?: number;
  /**
   * Invocations at a time that the account keeps for messages, and that these cannot exceed; at least `maximumConcurrency`.
   * @default none kept, none refused
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly reservedConcurrency?: number;
  /**
   * A bundle of your own, whose `index.js` exports `handler = createHandler({ targets })` of `pulumi-chef-autoscaling/reaper`; both functions run it.
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
  /** Days that the functions' logs are kept. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** What more its parts shall have, in the provider's words. @default nothing */
  readonly passOn?: PassOn<FunctionResource>;
}

/** What it declares that properties are passed on to. */
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

/** Seconds one invocation may take where nothing is said. */
export const REAPER_TIMEOUT_SECONDS = 30;
/** Most invocations at a time where nothing is said. */
export const REAPER_MAXIMUM_CONCURRENCY = 5;
/** A batch's answers need no more, see test/lab/reaper-memory.test.ts. */
const REAPER_MEMORY_MIB = 256;

/**
 * The Lambda function that removes the node and the client of each instance that a queue reports as terminated, and the one that looks
 * on a schedule for what no message told of. The first answers with a partial batch response, so one message that fails comes back alone.
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
  /** Name of the function that reconciles; undefined where nothing is reconciled. */
  readonly reconcileFunctionName: pulumi.Output<string> | undefined;

  /** @throws RunError with every mistake in the arguments, before anything is declared */
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
        // For chef-autoscaling doctor, which is told this function alone
        variables: reconcile && { [RECONCILE_FUNCTION]: reconcile.name },
      },
      this,
    );
    this.readQueue(name, args, lambda);
    this.functionName = lambda.name;
    this.logGroupName = logGroup.name;
    this.reconcileFunctionName = reconcile?.name;
    const { functionName, logGroupName, reconcileFunctionName } = this;
    this.registerOutputs({ functionName, logGroupName, reconcileFunctionName });
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

const RECONCILING: Presence<ReaperFunctionArgs> = [
  ({ reconcile }) => reconcile !== false,
  "leave it out: no function reconciles here",
];

const PRESENCE: PresenceOf<ReaperFunctionArgs, FunctionResource> = {
  reaperSecurityGroup: [
    ({ vpc }) => vpc !== undefined && !vpc.securityGroupIds,
    "leave it out: the reaper has no security group of its own here",
  ],
  reconcileFunction: RECONCILING,
  reconcileRole: RECONCILING,
  reconcileLogGroup: RECONCILING,
  reconcileInvokeConfig: RECONCILING,
  reconcileRule: RECONCILING,
  reconcileTarget: RECONCILING,
};

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
