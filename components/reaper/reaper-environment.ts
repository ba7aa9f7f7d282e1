import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { RECONCILE_FUNCTION } from "../../reaper/reconcile-event";
import { ABSENCE_GRACE_SECONDS } from "../../reaper/settings/bounds";
import { settingsIssues } from "../../reaper/settings/settings";
import type { ChefConnection } from "../connection/chef-connection";
import { proxyEnvironment } from "../connection/proxies";
import type { NotificationQueue } from "../notification/notification-queue";
import type { ValidationIssue } from "../validation/issues";
import { type ReaperServiceSettings, SERVICE_DEFAULTS } from "./reaper-service-settings";
import { type ReconcileArgs, reconcileEnvironment, reconcileMinutes } from "./reconcile-schedule";

/** Settings of every reaper, wherever it runs. */
export interface ReapingArgs {
  readonly chef: ChefConnection;
  /** Names of the groups whose nodes the reaper may delete; a message of any other group goes to the dead-letter queue. */
  readonly groupNames: readonly string[];
  readonly queue: NotificationQueue;
  /** Seconds after the termination during which the reaper keeps looking for a node that does not exist, up to a day. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** Whether the reaper only logs what it would delete. @default false */
  readonly dryRun?: boolean;
  /**
   * Whether the reaper also removes nodes with other names, with their clients. If there is no node with the name of a terminated instance,
   * it searches the server for nodes that carry the instance's id. Use this only if every instance has its own node: if several instances
   * share a node, the node carries the id of the one that converged last, and without its client the running ones lose access. As a
   * protection, the reaper waits until nothing has converged as that node for two hours, which does not protect instances that converge
   * less often. See docs/reaper.md.
   *
   * @default false
   */
  readonly searchOtherNames?: boolean;
  /**
   * Maximum requests per second to the Chef server, for all processes of the reaper together; removing an instance's node and client takes
   * three.
   *
   * @default as many as the server handles: the reaper slows down while the server responds with 429 or 503, or not in time
   */
  readonly chefRequestsPerSecond?: number;
  /** Schedule and limits of the reconcile, which removes nodes whose message was lost; `false` turns it off. @default every hour */
  readonly reconcile?: ReconcileArgs | false;
}

/** Settings for your own targets. */
export interface OwnTargets {
  /** Additional environment variables. Do not put secrets here; pass the place where a secret is stored. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Additional permissions of the role. @default none */
  readonly statements?: readonly aws.iam.PolicyStatement[];
}

interface QueueUrls {
  readonly queueUrl: pulumi.Input<string>;
  readonly deadLetterQueueUrl: pulumi.Input<string>;
}

/**
 * The reaper's environment variables, with references and never with keys.
 *
 * @param processes maximum number of concurrent processes; they do not know of each other, so each uses its share of the request rate
 */
export function reaperEnvironment(
  args: Omit<ReapingArgs, "queue"> & { readonly queue: QueueUrls },
  processes: number,
  { accountId }: { readonly accountId: pulumi.Input<string> },
): Record<string, pulumi.Input<string>> {
  const { chef, queue, chefRequestsPerSecond: perSecond } = args;
  return {
    REAPER_CHEF_SERVER_URL: chef.serverUrl,
    REAPER_CHEF_CLIENT_NAME: chef.operator.name,
    REAPER_CHEF_KEY: JSON.stringify(chef.operator.key),
    REAPER_GROUPS: JSON.stringify(args.groupNames),
    REAPER_ACCOUNT_ID: accountId,
    REAPER_ABSENCE_GRACE_SECONDS: String(args.absenceGraceSeconds ?? ABSENCE_GRACE_SECONDS.otherwise),
    REAPER_QUEUE_URL: queue.queueUrl,
    REAPER_DEAD_LETTER_QUEUE_URL: queue.deadLetterQueueUrl,
    ...reconcileEnvironment(args.reconcile || {}),
    ...(chef.caPem && { REAPER_CHEF_CA_PEM: chef.caPem }),
    ...proxyEnvironment(chef),
    ...(perSecond && { REAPER_CHEF_REQUESTS_PER_SECOND: String(Number((perSecond / processes).toFixed(3))) }),
    ...(args.dryRun && { REAPER_DRY_RUN: "true" }),
    ...(args.searchOtherNames && { REAPER_SEARCH_OTHER_NAMES: "true" }),
  };
}

/** Seconds that a service's task may take to finish its messages when it is stopped. */
const DRAIN_SECONDS = 90;

/** Additional environment variables of a service's worker. */
export function workerEnvironment({
  concurrency = SERVICE_DEFAULTS.concurrency,
  reconcile,
}: Pick<ReapingArgs, "reconcile"> & Pick<ReaperServiceSettings, "concurrency">): Record<string, string> {
  return {
    REAPER_CONCURRENCY: String(concurrency),
    REAPER_DRAIN_SECONDS: String(DRAIN_SECONDS),
    REAPER_EMF: "true",
    // There are no inbound connections; only the health check inside the container asks.
    REAPER_BIND_ADDRESS: "127.0.0.1",
    REAPER_RECONCILE_MINUTES: String(reconcileMinutes(reconcile)),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;
/** Stands for a URL that only AWS knows. */
const SOME_URL = `https://sqs.us-east-1.amazonaws.com/123456789012/${"x".repeat(40)}`;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const TAKEN_BY_LAMBDA =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const NAME = /^[A-Za-z]\w+$/;

/** Whether Lambda would accept the variables and their size, as far as they are known. */
export function environmentIssues(
  args: Omit<ReapingArgs, "queue"> & Pick<OwnTargets, "environment">,
): ValidationIssue[] {
  const taken = Object.keys(args.environment ?? {}).filter((name) => TAKEN_BY_LAMBDA.test(name) || !NAME.test(name));
  if (taken.length > 0) {
    const expected = "names of letters, digits and '_' that Lambda does not reserve";
    return [{ property: "reaper.environment", value: taken, expected, fix: "rename them; Lambda sets its own" }];
  }
  const queue = { queueUrl: SOME_URL, deadLetterQueueUrl: SOME_URL };
  const own = {
    ...reaperEnvironment({ ...args, queue }, 1, { accountId: "123456789012" }),
    ...(args.reconcile !== false && { [RECONCILE_FUNCTION]: "x".repeat(64) }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(known({ ...own, ...args.environment })));
  if (bytes <= MOST_BYTES) return [];
  const property = args.chef.caPem ? "chef.caPem" : "reaper.environment";
  const expected = `an environment of at most ${MOST_BYTES} bytes for the reaper's function`;
  const fix = "give only the CA certificate of the server, or set 'reaper.mode' to 'service'";
  return [{ property, value: `${bytes} bytes of environment`, expected, fix }];
}

/**
 * What the reaper would refuse when it starts, checked with its own code; unknown values count as valid. This finds mistakes that no other
 * check covers, such as a wrong variable in `environment`.
 */
export function startIssues(args: Omit<ReapingArgs, "queue"> & Pick<OwnTargets, "environment">): ValidationIssue[] {
  const queue = { queueUrl: SOME_URL, deadLetterQueueUrl: SOME_URL };
  const own = reaperEnvironment({ ...args, queue }, 1, { accountId: "123456789012" });
  const issues = settingsIssues({ ...known(own), ...known(args.environment) }, true);
  if (issues.length === 0) return [];
  const fix =
    "correct the argument behind each variable, or its value in 'reaper.environment'; docs/worker.md lists all variables";
  return [
    { property: "reaper", value: issues.join("; "), expected: "an environment with which the reaper can start", fix },
  ];
}

/** The variables whose values are known before anything is deployed. */
function known(variables: Readonly<Record<string, pulumi.Input<string>>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
