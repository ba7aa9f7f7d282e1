import { checkPacker } from "../../packer/inputs/packer-version";
import { askPlace } from "../target/place";
import type { ChefTarget, Target } from "../target/target";
import { type Area, attempt, type Check, ok, skipped, warning } from "./check";
import { checkChefServer } from "./chef-server";
import { checkGroup } from "./group";
import { checkQueues } from "./queues";
import { checkFunction } from "./reaper-function";
import { checkWorker } from "./worker";

export interface Examination {
  readonly readOnly: boolean;
  readonly probe?: string;
  /** URL of the worker's health endpoint. */
  readonly worker?: string;
  readonly signal: AbortSignal;
  /** Called before each check. */
  onStart(title: string): void;
}

type AreaChecks = readonly [title: string, check: () => Promise<readonly Check[]>];

/** Checks everything that the targets rely on, one after the other; each Chef server only once. Never throws. */
export async function* examine(targets: readonly Target[], options: Examination): AsyncGenerator<Area> {
  const fleets = targets.flatMap((target) => fleetAreas(target, options.worker));
  const packer: AreaChecks = ["Packer", async () => [judgePacker()]];
  // First, because without AWS most of the rest fails, each with its own message
  const areas = [...awsAreas(targets), ...chefAreas(targets, options), ...fleets, packer];
  for (const [title, check] of areas) {
    if (options.signal.aborted) return;
    options.onStart(title);
    yield { title, checks: await check() };
  }
}

/** The AWS identity in each region; none if only a Chef server or a worker is checked. */
function awsAreas(targets: readonly Target[]): AreaChecks[] {
  const asking = targets.filter(({ functionName, queueUrl, groups }) => functionName || queueUrl || groups.length > 0);
  return [...new Set(asking.map(({ region }) => region))].map((region) => [
    region === undefined ? "AWS" : `AWS in ${region}`,
    async () => [await checkIdentity(region)],
  ]);
}

function checkIdentity(region: string | undefined): Promise<Check> {
  return attempt("identity", async () => {
    const { identity, accountId, region: asked } = await askPlace(region);
    return ok("identity", `called as ${identity}, account ${accountId}, in ${asked}`);
  });
}

function chefAreas(targets: readonly Target[], { readOnly, probe }: Examination): AreaChecks[] {
  const different = new Map<string, Target>(targets.map((target) => [JSON.stringify(target.chef), target]));
  return [...different].map(([same, { chef, region }]) => {
    const { serverUrl, clientName, key } = chef;
    if (!serverUrl || !clientName || !key) return ["Chef server", async () => [unknown("access", "--chef-server-url")]];
    const known: ChefTarget = { ...chef, serverUrl, clientName, key };
    const searches = targets.some((one) => one.searchOtherNames && JSON.stringify(one.chef) === same);
    return [`Chef server ${serverUrl}`, () => checkChefServer(known, { readOnly, probe, region, searches })];
  });
}

function fleetAreas(target: Target, worker: string | undefined): AreaChecks[] {
  const { name, region, groups, functionName, queueUrl, chef } = target;
  let timeoutSeconds: number | undefined;
  const reaper: AreaChecks = [
    `Reaper of ${name}`,
    async () => {
      if (worker !== undefined) return [await checkWorker(worker)];
      if (functionName === undefined) return [skipped("function", "unknown; give '--function' or '--worker'")];
      const checked = await checkFunction(functionName, region, queueUrl);
      timeoutSeconds = checked.timeoutSeconds;
      return checked.checks;
    },
  ];
  const queues: AreaChecks = [`Queue of ${name}`, () => checkKnownQueues(target, timeoutSeconds)];
  const ofGroups: AreaChecks = [
    `Group ${name}`,
    async () => (await Promise.all(groups.map((group) => checkGroup(group, region, queueUrl, chef.key)))).flat(),
  ];
  return groups.length > 0 ? [ofGroups, reaper, queues] : [reaper, queues];
}

async function checkKnownQueues(target: Target, timeoutSeconds: number | undefined): Promise<readonly Check[]> {
  const { queueUrl, deadLetterQueueUrl, region } = target;
  if (!queueUrl || !deadLetterQueueUrl) return [unknown("queue", "--queue-url and --dead-letter-queue-url")];
  return checkQueues({ queueUrl, deadLetterQueueUrl }, region, timeoutSeconds);
}

/** Packer is needed only where images are baked. */
function judgePacker(): Check {
  try {
    return ok("version", `Packer ${checkPacker().version}`);
  } catch (error) {
    return skipped("version", `cannot bake here: ${(error as Error).message}`);
  }
}

function unknown(name: string, options: string): Check {
  return warning(name, "not checked, because it is unknown", `give ${options}, '--function' or '--outputs'`);
}
