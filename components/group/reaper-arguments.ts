import { isWithin, RECONCILE_MINUTES } from "../../reaper/settings/bounds";
import { REAPER_MAXIMUM_CONCURRENCY, REAPER_TIMEOUT_SECONDS, type ReaperFunctionArgs } from "../reaper/reaper-function";
import type { ReaperServiceArgs } from "../reaper/reaper-service";
import { type ReaperServiceSettings, serviceIssues } from "../reaper/reaper-service-settings";
import { type ReconcileArgs, reconcileIssues, reconcileMinutes } from "../reaper/reconcile-schedule";
import type { ValidationIssue } from "../validation/issues";

/** How nodes of terminated instances are removed from the Chef server. */
export type ReaperArgs = FunctionReaper | ServiceReaper | WorkerReaper;

/** Settings of the reaper that the group fills in. */
type Known = "chef" | "groupNames" | "queue" | "permissionsBoundary" | "logRetentionDays" | "passOn";

/** A Lambda function; it costs nothing while no instance is terminated. */
export interface FunctionReaper extends Omit<ReaperFunctionArgs, Known> {
  /** `lambda`: a function; `service`: a worker on Fargate; `worker`: only the queue, for a worker that you run. @default "lambda" */
  readonly mode?: "lambda";
}

/** A Fargate service, if you want a long-running process anyway, or have tens of thousands of messages. */
export interface ServiceReaper extends Omit<ReaperServiceArgs, Known | keyof ReaperServiceSettings> {
  readonly mode: "service";
  /** For mode `service`: what to run, and where. */
  readonly service: ReaperServiceSettings;
}

/** Only the queue, for a worker that you run and configure by its environment variables. */
export interface WorkerReaper {
  readonly mode: "worker";
  /** Seconds that the worker may take for a message. @default 30 */
  readonly timeoutSeconds?: number;
  /** Applies to the cleanup on destroy; the worker has its own REAPER_CHEF_REQUESTS_PER_SECOND. @default as many as the server handles */
  readonly chefRequestsPerSecond?: number;
  /** The worker has its own REAPER_RECONCILE_MINUTES. */
  readonly reconcile?: false;
}

/** Settings of all modes, since a configuration file may mix them. */
type AnyReaper = Omit<FunctionReaper, "mode"> & Partial<Pick<ServiceReaper, "service">> & { readonly mode?: Mode };
type Mode = "lambda" | "service" | "worker";

/** Modes in which a setting has an effect, if not in all. */
const ONLY_IN: Partial<Record<keyof AnyReaper, readonly Mode[]>> = {
  timeoutSeconds: ["lambda", "worker"],
  maximumConcurrency: ["lambda"],
  reservedConcurrency: ["lambda"],
  code: ["lambda"],
  vpc: ["lambda"],
  service: ["service"],
  environment: ["lambda", "service"],
  statements: ["lambda", "service"],
  absenceGraceSeconds: ["lambda", "service"],
  dryRun: ["lambda", "service"],
  searchOtherNames: ["lambda", "service"],
  reconcile: ["lambda", "service"],
};

const FIX: Readonly<Record<Mode, string>> = {
  lambda: "set 'mode' to 'service', or leave it out",
  service: "leave it out; it applies only to a function",
  worker: "set it in the worker's environment, see docs/worker.md",
};

/** Seconds that the reader of the queue may take for a message. */
export function readerTimeoutSeconds(reaper: ReaperArgs = {}): number {
  return (reaper.mode !== "service" ? reaper.timeoutSeconds : undefined) ?? REAPER_TIMEOUT_SECONDS;
}

export function reaperIssues(reaper: AnyReaper = {}): ValidationIssue[] {
  return [
    ...misplacedIssues(reaper),
    ...reservedIssues(reaper),
    ...scheduleIssues(reaper),
    ...(reaper.service ? serviceIssues(reaper.service) : []),
  ];
}

/** Settings that this mode would silently ignore, and required settings that are missing. */
function misplacedIssues(reaper: AnyReaper): ValidationIssue[] {
  const mode = reaper.mode ?? "lambda";
  const given = Object.entries(reaper).filter(([, value]) => value !== undefined && value !== false);
  const wrong = given.flatMap(([name, value]): ValidationIssue[] => {
    const modes = ONLY_IN[name as keyof AnyReaper];
    if (!modes || modes.includes(mode)) return [];
    return [{ property: `reaper.${name}`, value, expected: `nothing with mode '${mode}'`, fix: FIX[mode] }];
  });
  if (mode !== "service" || reaper.service) return wrong;
  const fix = "give 'service' with 'image' and 'subnetIds'";
  return [...wrong, { property: "reaper.service", value: undefined, expected: "what to run, and where", fix }];
}

/** Messages that Lambda throttles return to the queue and count as received, until they become dead letters that were never processed. */
function reservedIssues({
  maximumConcurrency: least = REAPER_MAXIMUM_CONCURRENCY,
  reservedConcurrency,
}: AnyReaper): ValidationIssue[] {
  const isEnough = reservedConcurrency === undefined || reservedConcurrency >= least;
  if (isEnough) return [];
  const expected = `at least ${least}, 'maximumConcurrency'`;
  const fix = "lower 'maximumConcurrency' too, or leave this out";
  return [{ property: "reaper.reservedConcurrency", value: reservedConcurrency, expected, fix }];
}

function scheduleIssues({ mode, reconcile }: AnyReaper): ValidationIssue[] {
  if (!reconcile || mode === "worker") return [];
  return [...reconcileIssues(reconcile), ...(mode === "service" ? rateIssues(reconcile) : [])];
}

/** A service's tasks schedule their reconcile themselves, within the worker's limits. */
function rateIssues(reconcile: ReconcileArgs): ValidationIssue[] {
  const [property, value] = ["reaper.reconcile.scheduleExpression", reconcile.scheduleExpression];
  if (value?.startsWith("cron")) {
    const fix = "the service's tasks schedule it themselves and support only rates";
    return [{ property, value, expected: "a rate with mode 'service', such as 'rate(1 hour)'", fix }];
  }
  if (isWithin(reconcileMinutes(reconcile), RECONCILE_MINUTES)) return [];
  const expected = `a rate of at most ${RECONCILE_MINUTES.most} minutes (a week) with mode 'service'`;
  return [{ property, value, expected, fix: "use 'rate(7 days)', or set 'reconcile' to false to turn it off" }];
}
