import type { KeyReference } from "../../chef/keys";
import { didYouMean } from "../../common/did-you-mean";
import { UsageError } from "../command/exit";
import { type FunctionSettings, functionSettings } from "./function-settings";
import type { ConnectionFlags } from "./options";
import { regionOfQueue } from "./queue-pair";
import { type GroupOutput, readStackOutputs } from "./stack-outputs";

/** A reaper's groups, queues and Chef server, as far as they are known. */
export interface Target {
  /** Name for messages. */
  readonly name: string;
  readonly region?: string;
  readonly groups: readonly string[];
  /** Groups that the reaper may reap for, including these. */
  readonly reapsFor: readonly string[];
  /** Account of the groups, if the reaper's settings contain it. */
  readonly accountId?: string;
  readonly functionName?: string;
  /** Why the function's settings could not be read. */
  readonly functionError?: unknown;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  /** Whether the reaper searches for nodes with other names, if known. */
  readonly searchOtherNames?: boolean;
  readonly chef: Partial<ChefTarget>;
}

/** A Chef server, and the client that connects to it. */
export interface ChefTarget {
  readonly serverUrl: string;
  readonly clientName: string;
  readonly key: KeyReference;
  readonly caPem?: string;
}

type AskFunction = typeof functionSettings;

/**
 * Resolves the targets. Options take precedence over the environment, then come the stack's outputs, then the function's own settings; so
 * the outputs are sufficient if a function does the reaping.
 *
 * @throws UsageError if the outputs cannot be read, or contain no matching group
 */
export async function resolveTargets(flags: ConnectionFlags, ask: AskFunction = functionSettings): Promise<Target[]> {
  const outputs = flags.outputs === undefined ? undefined : wanted(readStackOutputs(flags.outputs), flags.group);
  const places: Partial<GroupOutput>[] = outputs ?? [{}];
  return Promise.all(places.map((place) => resolveOne(flags, place, ask)));
}

function wanted(outputs: readonly GroupOutput[], groups: readonly string[] | undefined): GroupOutput[] {
  const chosen = outputs.filter(({ group }) => groups === undefined || groups.includes(group));
  if (chosen.length > 0) return chosen;
  const there = outputs.map(({ group }) => group);
  const meant = groups?.map((group) => didYouMean(group, there)).find(Boolean) ?? "name one of these";
  throw new UsageError(`'--group' is '${groups?.join("', '")}', the outputs have '${there.join("', '")}'; ${meant}`);
}

async function resolveOne(flags: ConnectionFlags, place: Partial<GroupOutput>, ask: AskFunction): Promise<Target> {
  const queueUrl = flags.queueUrl ?? place.queueUrl;
  const region = flags.region ?? process.env.AWS_DEFAULT_REGION ?? regionOfQueue(queueUrl);
  const functionName = flags.function ?? place.functionName;
  const told = functionName ? await askSafely(ask, functionName, region) : {};
  const groups = place.group ? [place.group] : (flags.group ?? told.settings?.groups ?? []);
  const settings = told.settings ?? {};
  return {
    name: groups.join(", ") || functionName || queueUrl?.split("/").at(-1) || "the fleet",
    region,
    groups,
    reapsFor: [...new Set([...groups, ...(settings.groups ?? [])])],
    accountId: settings.accountId,
    functionName,
    functionError: told.error,
    queueUrl: queueUrl ?? settings.queueUrl,
    deadLetterQueueUrl: flags.deadLetterQueueUrl ?? place.deadLetterQueueUrl ?? settings.deadLetterQueueUrl,
    searchOtherNames: settings.searchOtherNames,
    chef: {
      serverUrl: flags.chefServerUrl ?? settings.serverUrl,
      clientName: flags.chefClient ?? settings.clientName,
      key: flags.chefKey ?? settings.key,
      caPem: flags.chefCa ?? settings.caPem,
    },
  };
}

interface Told {
  readonly settings?: FunctionSettings;
  readonly error?: unknown;
}

async function askSafely(ask: AskFunction, functionName: string, region: string | undefined): Promise<Told> {
  try {
    return { settings: await ask(functionName, region) };
  } catch (error) {
    return { error };
  }
}
