import { certificateProblem } from "../../chef/certificates";
import { isServerUrl } from "../../chef/connection-options";
import { holdsKey, shownText, withoutKeys } from "../../chef/key-material";
import { type KeyReference, PASTED, parseKeyReference } from "../../chef/keys/key-reference";
import { isGroupName } from "../../chef/names";
import { isRecord, parseJson } from "../../common/json";
import { ABSENCE_GRACE_SECONDS, CONCURRENCY, MOST_REQUESTS_PER_SECOND } from "./bounds";
import { type Environment, type EnvironmentReader, environmentReader } from "./environment-reader";
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
  const reader = environmentReader(environment);
  const { issues, required, checked, number, flag } = reader;
  issues.push(...pastedKeys(environment));
  const settings: ReaperSettings = {
    chef: {
      serverUrl: chefUrl(reader),
      clientName: required("REAPER_CHEF_CLIENT_NAME"),
      key: keyReference(reader),
      caPem: certificates(environment, issues),
      timeoutMs: number("REAPER_CHEF_TIMEOUT_SECONDS", { otherwise: 8, least: 1, most: 300 }) * 1000,
      maxSockets: number("REAPER_CHEF_CONNECTIONS", { otherwise: 16, least: 1, most: 1000 }),
      requestsPerSecond: rate(reader),
    },
    groups: groupList(reader),
    absenceGraceSeconds: number("REAPER_ABSENCE_GRACE_SECONDS", ABSENCE_GRACE_SECONDS),
    dryRun: flag("REAPER_DRY_RUN"),
    searchOtherNames: flag("REAPER_SEARCH_OTHER_NAMES"),
    accountId:
      checked("REAPER_ACCOUNT_ID", (text) => /^\d{12}$/.test(text), ACCOUNT_EXPECTED) ??
      accountOfQueue(environment.REAPER_QUEUE_URL),
    deadLetterQueueUrl:
      checked("REAPER_DEAD_LETTER_QUEUE_URL", (text) => /^https?:\/\/[^\s/]+/.test(text), URL_EXPECTED) ??
      required("REAPER_DEAD_LETTER_QUEUE_URL"),
    queueUrl: needsQueue ? required("REAPER_QUEUE_URL") : environment.REAPER_QUEUE_URL || undefined,
    concurrency: number("REAPER_CONCURRENCY", CONCURRENCY),
    reconcile: readReconcileSettings(reader),
    worker: readWorkerSettings(environment, reader),
  };
  return { settings, issues: issues.map(withoutKeys) };
}

const ACCOUNT_EXPECTED = "the 12 digits of an AWS account, or nothing for any";
const URL_EXPECTED = "a URL that begins with https:// or http://";

/** A process's share of a common limit may be a fraction. */
function rate({ checked }: EnvironmentReader): number | undefined {
  const expected = `a number above 0, up to ${MOST_REQUESTS_PER_SECOND}; leave it out for no limit`;
  const isRate = (text: string) => Number(text) > 0 && Number(text) <= MOST_REQUESTS_PER_SECOND;
  const given = checked("REAPER_CHEF_REQUESTS_PER_SECOND", isRate, expected);
  return given === undefined ? undefined : Number(given);
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

/** The account in a queue's URL, as AWS writes it: https://sqs.REGION.DOMAIN/ACCOUNT/NAME. */
function accountOfQueue(url = ""): string | undefined {
  return /^https:\/\/sqs\.[a-z0-9-]+\.[a-z0-9.-]+\/(\d{12})\//.exec(url)?.[1];
}

function chefUrl({ required, issues }: EnvironmentReader): string {
  const name = "REAPER_CHEF_SERVER_URL";
  const url = required(name);
  if (url !== "" && !isServerUrl(url)) {
    issues.push(`${name} is ${shownText(url)}: expected https://HOST[:PORT][/organizations/NAME]`);
  }
  return url;
}

/** The text is not quoted: it may be a key that was pasted by mistake. */
function keyReference({ required, issues }: EnvironmentReader): KeyReference {
  const name = "REAPER_CHEF_KEY";
  const text = required(name);
  const value = parseJson(text);
  try {
    if (value !== undefined) return parseKeyReference(value, name);
    if (text !== "") issues.push(`${name} is not JSON: write it as JSON`);
  } catch (error) {
    issues.push((error as Error).message);
  }
  return { file: "" };
}

function groupList({ required, checked }: EnvironmentReader): readonly string[] {
  const groups = parseJson(required("REAPER_GROUPS"));
  const isRight = Array.isArray(groups) && groups.length > 0 && groups.every(isGroupName);
  const expected = `a JSON list of one or more group names, such as ["staging-web"]`;
  checked("REAPER_GROUPS", () => isRight, expected);
  return isRight ? groups : [];
}
