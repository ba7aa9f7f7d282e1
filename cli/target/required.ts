import { messageOf } from "../../aws/failure";
import { type ChefClient, createChefClient } from "../../chef";
import { resolveKey } from "../../chef/keys";
import { UsageError } from "../command/exit";
import { checkQueueUrls, type QueuePair } from "./queue-pair";
import type { ChefTarget, Target } from "./target";

/** The Chef server of a target. @throws UsageError that names every option that is missing */
export function requiredChef(target: Target): ChefTarget {
  const { serverUrl, clientName, key, caPem } = target.chef;
  if (serverUrl && clientName && key) return { serverUrl, clientName, key, caPem };
  const options = { "--chef-server-url": serverUrl, "--chef-client": clientName, "--chef-key": key };
  throw missing(target, options);
}

/** A target's groups. @throws UsageError when none is known */
export function requiredGroups(target: Target): readonly string[] {
  if (target.groups.length > 0) return target.groups;
  throw missing(target, { "--group": undefined });
}

/** Where AWS is asked, for commands that look nothing up. @throws UsageError when nothing says it */
export function requiredRegion({ region = process.env.AWS_DEFAULT_REGION }: { readonly region?: string }): string {
  if (region) return region;
  throw new UsageError("'--region' is missing: name it, or set AWS_REGION");
}

/** A target's queues. @throws UsageError that names what is missing, or what is wrong with them */
export function requiredQueues(target: Target): QueuePair {
  const { queueUrl, deadLetterQueueUrl } = target;
  if (queueUrl && deadLetterQueueUrl) {
    const pair = { queueUrl, deadLetterQueueUrl };
    checkQueueUrls(pair, target.region);
    return pair;
  }
  throw missing(target, { "--queue-url": queueUrl, "--dead-letter-queue-url": deadLetterQueueUrl });
}

/** A client of the target's Chef server. Its key is read here and stays in memory. @throws when the key cannot be had */
export async function openChef(chef: ChefTarget, region: string | undefined): Promise<ChefClient> {
  const { serverUrl, clientName, key: reference, caPem } = chef;
  return createChefClient({ serverUrl, clientName, key: await resolveKey(reference, { region }), caPem });
}

/** Where the function was to tell and did not, that is the cause, and no mistake of the call. */
export function missing(
  { functionName, functionError }: Target,
  options: Readonly<Record<string, unknown>>,
  hint = "give them, or name the reaper's function with '--function', or its stack's outputs with '--outputs'",
): Error {
  const absent = Object.keys(options).filter((name) => !options[name]);
  const names = absent.map((name) => `'${name}'`).join(", ");
  if (functionError === undefined) return new UsageError(`${names} missing; ${hint}`);
  const cause = messageOf(functionError);
  return new Error(`the function '${functionName}' did not tell its settings: ${cause}; or name ${names} yourself`);
}
