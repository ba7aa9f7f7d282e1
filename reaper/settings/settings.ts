import { certificateProblem } from "../../chef/certificates";
import { isServerUrl, withoutPassword } from "../../chef/connection-options";
import { isRecord, parseJson } from "../../chef/json";
import { holdsKey, shownText, withoutKeys } from "../../chef/key-material";
import { type KeyReference, PASTED, parseKeyReference } from "../../chef/keys/key-reference";
import { isGroupName } from "../../chef/names";
import { ABSENCE_GRACE_SECONDS, type Bounds, CONCURRENCY, isWithin, MOST_REQUESTS_PER_SECOND } from "./bounds";
import { type ReconcileSettings, readReconcileSettings } from "./reconcile-settings";
import { readWorkerSettings, type WorkerSettings } from "./worker-settings";

/** The reaper's settings from its environment. */
export interface ReaperSettings {
  readonly chef: {
    readonly serverUrl: string;
    readonly clientName: string;
    readonly key: KeyReference;
    readonly caPem?: string;
    readonly timeoutMs: number;
    /** Maximum number of concurrent requests. @default 16 */
    readonly maxSockets?: number;
    /** Maximum requests per second of this process; undefined for as many as the server handles. */
    readonly requestsPerSecond?: number;
  };
  /** Groups that it may reap for. */
  readonly groups: readonly string[];
  readonly absenceGraceSeconds: number;
  readonly dryRun: boolean;
  /** Whether nodes with other names that carry the id of an instance are removed too, see other-names.ts. */
  readonly searchOtherNames: boolean;
  /**
   * Account of the groups; messages of another account are not accepted, nodes that report another account are kept.
   *
   * @default the one in the queue's URL if it is an AWS URL, otherwise any
   */
  readonly accountId?: string;
  readonly deadLetterQueueUrl: string;
  /** Queue of the messages; without it, a message that is kept is delivered again after the queue's own visibility timeout. */
  readonly queueUrl?: string;
  /** Messages that the worker processes at a time. */
  readonly concurrency: number;
  /** Settings of the scheduled run. */
  readonly reconcile: ReconcileSettings;
  readonly worker: WorkerSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings: REAPER_CHEF_SERVER_URL, REAPER_CHEF_CLIENT_NAME, REAPER_CHEF_KEY (JSON key reference), REAPER_CHEF_CA_PEM,
 * REAPER_CHEF_TIMEOUT_SECONDS (8), REAPER_CHEF_CONNECTIONS (16), REAPER_CHEF_REQUESTS_PER_SECOND (no limit), REAPER_GROUPS (JSON list),
 * REAPER_ACCOUNT_ID, REAPER_ABSENCE_GRACE_SECONDS (600), REAPER_DRY_RUN, REAPER_DEAD_LETTER_QUEUE_URL, REAPER_QUEUE_URL,
 * REAPER_SEARCH_OTHER_NAMES, REAPER_CONCURRENCY (10), REAPER_RECONCILE_GRACE_SECONDS (900), REAPER_RECONCILE_MAX_DELETIONS (50),
 * REAPER_RECONCILE_MAX_DELETION_SHARE (0.5). Those of a worker are in worker-settings.ts.
 *
 * @param needsQueue whether REAPER_QUEUE_URL is required
 * @throws one error with all mistakes
 */
export function readSettings(environment: Environment, needsQueue = false): ReaperSettings {
  const { settings, issues } = read(environment, needsQueue);
  if (issues.length === 0) return settings;
  throw new Error(`the reaper's environment has ${issues.length} mistake(s): ${issues.join("; ")}`);
}

/** The mistakes for which `readSettings` would throw. */
export function settingsIssues(environment: Environment, needsQueue = false): readonly string[] {
  return read(environment, needsQueue).issues;
}

function read(
  environment: Environment,
  needsQueue: boolean,
): { readonly settings: ReaperSettings; readonly issues: readonly string[] } {
  const issues: string[] = pastedKeys(environment);
  const text = (name: string): string => required(environment, name, issues);
  const number = (name: string, bounds: Bounds): number => bounded(environment, name, bounds, issues);
  const settings: ReaperSettings = {
    chef: {
      serverUrl: chefUrl("REAPER_CHEF_SERVER_URL", text("REAPER_CHEF_SERVER_URL"), issues),
      clientName: text("REAPER_CHEF_CLIENT_NAME"),
      key: keyReference("REAPER_CHEF_KEY", text("REAPER_CHEF_KEY"), issues),
      caPem: certificates(environment, issues),
      timeoutMs: number("REAPER_CHEF_TIMEOUT_SECONDS", { otherwise: 8, least: 1, most: 300 }) * 1000,
      maxSockets: number("REAPER_CHEF_CONNECTIONS", { otherwise: 16, least: 1, most: 1000 }),
      requestsPerSecond: rate(environment, "REAPER_CHEF_REQUESTS_PER_SECOND", issues),
    },
    groups: groupList("REAPER_GROUPS", text("REAPER_GROUPS"), issues),
    absenceGraceSeconds: number("REAPER_ABSENCE_GRACE_SECONDS", ABSENCE_GRACE_SECONDS),
    dryRun: flag(environment, "REAPER_DRY_RUN", issues),
    searchOtherNames: flag(environment, "REAPER_SEARCH_OTHER_NAMES", issues),
    accountId: account(environment, issues) ?? accountOfQueue(environment.REAPER_QUEUE_URL),
    deadLetterQueueUrl: checkedUrl("REAPER_DEAD_LETTER_QUEUE_URL", text("REAPER_DEAD_LETTER_QUEUE_URL"), issues),
    queueUrl: needsQueue ? text("REAPER_QUEUE_URL") : environment.REAPER_QUEUE_URL || undefined,
    concurrency: number("REAPER_CONCURRENCY", CONCURRENCY),
    reconcile: readReconcileSettings(environment, number, issues),
    worker: readWorkerSettings(environment, number, (name) => flag(environment, name, issues)),
  };
  return { settings, issues: issues.map(withoutKeys) };
}

function required(environment: Environment, name: string, issues: string[]): string {
  const value = environment[name] ?? "";
  if (value.trim() === "") {
    issues.push(`${name} is missing: set it`);
  }
  return value;
}

function bounded(environment: Environment, name: string, bounds: Bounds, issues: string[]): number {
  const given = environment[name];
  if (given === undefined || given === "") {
    return bounds.otherwise;
  }
  const value = Number(given);
  if (!isWithin(value, bounds)) {
    issues.push(`${name} is ${shownText(given)}: expected a whole number from ${bounds.least} to ${bounds.most}`);
  }
  return value;
}

/** A process's share of a common limit may be a fraction. */
function rate(environment: Environment, name: string, issues: string[]): number | undefined {
  const given = environment[name];
  if (given === undefined || given === "") {
    return undefined;
  }
  const value = Number(given);
  if (!(value > 0 && value <= MOST_REQUESTS_PER_SECOND)) {
    issues.push(
      `${name} is ${shownText(given)}: expected a number above 0, up to ${MOST_REQUESTS_PER_SECOND}; leave it out for no limit`,
    );
  }
  return value;
}

/** No variable of the reaper may contain a key, except one that is named as the place of a key. */
function pastedKeys(environment: Environment): string[] {
  const place = parseJson(environment.REAPER_CHEF_KEY ?? "");
  const named = isRecord(place) ? place.environment : undefined;
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith("REAPER_") && name !== named && holdsKey(value ?? ""))
    .map(([name]) => `${name} contains a private key: ${PASTED}`);
}

function certificates(environment: Environment, issues: string[]): string | undefined {
  const given = environment.REAPER_CHEF_CA_PEM || undefined;
  const problem = given === undefined ? undefined : certificateProblem(given);
  if (problem) issues.push(`REAPER_CHEF_CA_PEM cannot be used: ${problem}; give PEM certificates, or leave it out`);
  return given;
}

function account(environment: Environment, issues: string[]): string | undefined {
  const given = environment.REAPER_ACCOUNT_ID || undefined;
  if (given !== undefined && !/^\d{12}$/.test(given)) {
    issues.push(
      `REAPER_ACCOUNT_ID is ${shownText(given)}: expected the 12 digits of an AWS account; leave it out to accept any`,
    );
  }
  return given;
}

/** The account in a queue's URL, as AWS writes it: https://sqs.REGION.DOMAIN/ACCOUNT/NAME. */
function accountOfQueue(url = ""): string | undefined {
  return /^https:\/\/sqs\.[a-z0-9-]+\.[a-z0-9.-]+\/(\d{12})\//.exec(url)?.[1];
}

function flag(environment: Environment, name: string, issues: string[]): boolean {
  const given = environment[name] || "false";
  if (given !== "true" && given !== "false") {
    issues.push(`${name} is ${shownText(given)}: expected 'true' or 'false'`);
  }
  return given === "true";
}

function chefUrl(name: string, given: string, issues: string[]): string {
  if (given !== "" && !isServerUrl(given)) {
    issues.push(
      `${name} is ${shownText(String(withoutPassword(given)))}: expected https://HOST[:PORT][/organizations/NAME]`,
    );
  }
  return given;
}

function checkedUrl(name: string, given: string, issues: string[]): string {
  if (given !== "" && !/^https?:\/\/[^\s/]+/.test(given)) {
    issues.push(`${name} is ${shownText(given)}: expected a URL that starts with https:// or http://`);
  }
  return given;
}

function keyReference(name: string, given: string, issues: string[]): KeyReference {
  try {
    return given === "" ? { file: "" } : parseKeyReference(parsed(name, given), name);
  } catch (error) {
    issues.push(error instanceof Error ? error.message : String(error));
    return { file: "" };
  }
}

function groupList(name: string, given: string, issues: string[]): readonly string[] {
  try {
    const list = given === "" ? [] : parsed(name, given);
    if (Array.isArray(list) && (given === "" || list.length > 0) && list.every(isGroupName)) {
      return list;
    }
    issues.push(
      `${name} is ${shownText(given)}: expected a JSON list of one or more group names, such as ["staging-web"]`,
    );
  } catch (error) {
    issues.push(error instanceof Error ? error.message : String(error));
  }
  return [];
}

/** The text is not quoted: it may be a key that was pasted by mistake. */
function parsed(name: string, given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new Error(`${name} is not JSON: write it as JSON`);
  }
}
