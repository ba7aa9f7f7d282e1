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
  /** Where a worker tells its health. */
  readonly worker?: string;
  readonly signal: AbortSignal;
  /** Told what is looked at next. */
  onStart(title: string): void;
}

type Look = readonly [title: string, look: () => Promise<readonly Check[]>];

/** Looks at everything that the targets rely on, one thing after the other; each Chef server once. Never throws. */
export async function* examine(targets: readonly Target[], options: Examination): AsyncGenerator<Area> {
  const fleets = targets.flatMap((target) => fleetLooks(target, options.worker));
  const packer: Look = ["Packer", async () => [judgePacker()]];
  // First, for without AWS most of the rest fails, each part in words of its own
  const looks = [...awsLooks(targets), ...chefLooks(targets, options), ...fleets, packer];
  for (const [title, look] of looks) {
    if (options.signal.aborted) return;
    options.onStart(title);
    yield { title, checks: await look() };
  }
}

/** As whom AWS is asked, in each region; nothing where only a Chef server or a worker is looked at. */
function awsLooks(targets: readonly Target[]): Look[] {
  const asking = targets.filter(({ functionName, queueUrl, groups }) => functionName || queueUrl || groups.length > 0);
  return [...new Set(asking.map(({ region }) => region))].map((region) => [
    region === undefined ? "AWS" : `AWS in ${region}`,
    async () => [await checkIdentity(region)],
  ]);
}

function checkIdentity(region: string | undefined): Promise<Check> {
  return attempt("identity", async () => {
    const { identity, accountId, region: asked } = await askPlace(region);
    return ok("identity", `asked as ${identity}, account ${accountId}, in ${asked}`);
  });
}

function chefLooks(targets: readonly Target[], { readOnly, probe }: Examination): Look[] {
  const different = new Map<string, Target>(targets.map((target) => [JSON.stringify(target.chef), target]));
  return [...different].map(([same, { chef, region }]) => {
    const { serverUrl, clientName, key } = chef;
    if (!serverUrl || !clientName || !key) return ["Chef server", async () => [unknown("access", "--chef-server-url")]];
    const known: ChefTarget = { ...chef, serverUrl, clientName, key };
    const searches = targets.some((one) => one.searchOtherNames && JSON.stringify(one.chef) === same);
    return [`Chef server ${serverUrl}`, () => checkChefServer(known, { readOnly, probe, region, searches })];
  });
}

function fleetLooks(target: Target, worker: string | undefined): Look[] {
  const { name, region, groups, functionName, queueUrl, chef } = target;
  let timeoutSeconds: number | undefined;
  const reaper: Look = [
    `Reaper of ${name}`,
    async () => {
      if (worker !== undefined) return [await checkWorker(worker)];
      if (functionName === undefined) return [skipped("function", "none is known; give '--function' or '--worker'")];
      const look = await checkFunction(functionName, region, queueUrl);
      timeoutSeconds = look.timeoutSeconds;
      return look.checks;
    },
  ];
  const queues: Look = [`Queue of ${name}`, () => checkKnownQueues(target, timeoutSeconds)];
  const groupsLook: Look = [
    `Group ${name}`,
    async () => (await Promise.all(groups.map((group) => checkGroup(group, region, queueUrl, chef.key)))).flat(),
  ];
  return groups.length > 0 ? [groupsLook, reaper, queues] : [reaper, queues];
}

async function checkKnownQueues(target: Target, timeoutSeconds: number | undefined): Promise<readonly Check[]> {
  const { queueUrl, deadLetterQueueUrl, region } = target;
  if (!queueUrl || !deadLetterQueueUrl) return [unknown("queue", "--queue-url and --dead-letter-queue-url")];
  return checkQueues({ queueUrl, deadLetterQueueUrl }, region, timeoutSeconds);
}

/** Only where images are baked is Packer needed. */
function judgePacker(): Check {
  try {
    return ok("version", `Packer ${checkPacker().version}`);
  } catch (error) {
    return skipped("version", `cannot bake here: ${(error as Error).message}`);
  }
}

function unknown(name: string, options: string): Check {
  return warning(name, "not looked at, because it is not known", `give ${options}, '--function' or '--outputs'`);
}
