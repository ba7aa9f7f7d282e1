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

/** What every reaper is told, wherever it runs. */
export interface ReapingArgs {
  readonly chef: ChefConnection;
  /** Names of the groups whose nodes it may delete; a message of any other group goes to the dead letters. */
  readonly groupNames: readonly string[];
  readonly queue: NotificationQueue;
  /** Seconds after its termination during which a node that the Chef server does not know is looked for again, up to a day. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** Logs what it would delete and deletes nothing. @default false */
  readonly dryRun?: boolean;
  /**
   * Where nothing is called after an instance that is gone, removes nodes of other names that carry its id, and their clients, by
   * the server's search. Only for groups whose instances each have a node of their own: where several share one name, the node
   * carries the id of whichever converged last, and without its client the living ones are cut off. Against that it waits until
   * nothing has converged as the node for two hours, which does not help those that converge less often. See docs/reaper.md.
   * @default false
   */
  readonly searchOtherNames?: boolean;
  /**
   * Requests a second that all of its processes together may send to the Chef server; three remove an instance's node and client.
   * @default as many as the server takes: each sends fewer while it answers 429 or 503, or not in time
   */
  readonly chefRequestsPerSecond?: number;
  /** Looks on a schedule for what no message told of, and removes it; `false` does not. @default every hour */
  readonly reconcile?: ReconcileArgs | false;
}

/** What targets of your own need of where they run. */
export interface OwnTargets {
  /** More of the environment. A secret has no place there; name where it is kept. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** More that the role may do. @default none */
  readonly statements?: readonly aws.iam.PolicyStatement[];
}

interface QueueUrls {
  readonly queueUrl: pulumi.Input<string>;
  readonly deadLetterQueueUrl: pulumi.Input<string>;
}

/**
 * The settings that the reaper reads, as references and never as keys.
 *
 * @param processes that there may be at a time; they do not know of each other, so each keeps to its part of what all may send
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

/** Seconds that a service's task may take to finish what it holds, once it is told to end. */
const DRAIN_SECONDS = 90;

/** What a service's worker is told beyond that. */
export function workerEnvironment({
  concurrency = SERVICE_DEFAULTS.concurrency,
  reconcile,
}: Pick<ReapingArgs, "reconcile"> & Pick<ReaperServiceSettings, "concurrency">): Record<string, string> {
  return {
    REAPER_CONCURRENCY: String(concurrency),
    REAPER_DRAIN_SECONDS: String(DRAIN_SECONDS),
    REAPER_EMF: "true",
    // Nothing is let in, so that only the health check inside asks.
    REAPER_BIND_ADDRESS: "127.0.0.1",
    REAPER_RECONCILE_MINUTES: String(reconcileMinutes(reconcile)),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;
/** Stands for an URL that only AWS knows. */
const SOME_URL = `https://sqs.us-east-1.amazonaws.com/123456789012/${"x".repeat(40)}`;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const TAKEN_BY_LAMBDA =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const NAME = /^[A-Za-z]\w+$/;

/** Whether a function would take and hold it; as far as it is known, and as Lambda counts it. */
export function environmentIssues(
  args: Omit<ReapingArgs, "queue"> & Pick<OwnTargets, "environment">,
): ValidationIssue[] {
  const taken = Object.keys(args.environment ?? {}).filter((name) => TAKEN_BY_LAMBDA.test(name) || !NAME.test(name));
  if (taken.length > 0) {
    const expected = "names of letters, digits and '_' that Lambda has not reserved";
    return [
      { property: "reaper.environment", value: taken, expected, fix: "call them otherwise; Lambda sets its own" },
    ];
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
  const fix = "give the one certificate that signed the server's own, or set 'reaper.mode' to 'service'";
  return [{ property, value: `${bytes} bytes of environment`, expected, fix }];
}

/**
 * What the reaper itself would refuse when it starts, by its own reading; what is unknown until it is deployed is taken for sound.
 * For what no other check knows, such as a variable of its own in `environment`.
 */
export function startIssues(args: Omit<ReapingArgs, "queue"> & Pick<OwnTargets, "environment">): ValidationIssue[] {
  const queue = { queueUrl: SOME_URL, deadLetterQueueUrl: SOME_URL };
  const own = reaperEnvironment({ ...args, queue }, 1, { accountId: "123456789012" });
  const issues = settingsIssues({ ...known(own), ...known(args.environment) }, true);
  if (issues.length === 0) return [];
  const fix =
    "mend the argument that each variable is made of, or what 'reaper.environment' says of it; docs/worker.md has them all";
  return [{ property: "reaper", value: issues.join("; "), expected: "an environment that it can start with", fix }];
}

/** Those of which the value is known before anything is deployed. */
function known(variables: Readonly<Record<string, pulumi.Input<string>>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
