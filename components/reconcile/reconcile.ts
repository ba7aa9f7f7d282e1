import { nodeName } from "../chef/names";
import { refusalOf } from "./cap";
import { type Census, takeCensus } from "./census";
import { type Fates, findFates } from "./fates";
import { describeGroup, type GroupFacts } from "./group-facts";
import { checkReconcileOptions, type ReconcileOptions, type ReconcileServices } from "./options";
import { findListed, judgeDoubtful } from "./prove";
import { removeLeftOvers } from "./remove";
import type { Finding, ReconcileReport } from "./report";

/**
 * Removes every node and client of a group whose instance is gone, whatever became of the message that should have told.
 * Names are listed first and instances asked for afterwards, so that whoever registers meanwhile is not looked at.
 *
 * @throws when the options are wrong, or AWS or the Chef server does not answer before anything is removed
 */
export async function reconcileGroup(options: ReconcileOptions, services: ReconcileServices): Promise<ReconcileReport> {
  checkReconcileOptions(options);
  const facts = await describeGroup(services.autoScaling, options.group);
  const census = await takeCensus(services.chef, options.group, services.onProgress);
  const fates = await fatesOf(census, options, services);
  const report = reportOf(options, census, fates);
  const situation = { names: census.instanceIds.size, present: fates.living + fates.recent, suspects: fates.suspects };
  const stopped = refusalOf(options.group, { ...situation, facts }, options.cap);
  if (stopped !== undefined || facts === undefined) {
    return { ...report, stopped };
  }
  const sorted = await sortOut(fates, facts, options, services);
  const planned = sorted.leftOver.map((id) => nodeName(options.group, id));
  const found = {
    ...report,
    recent: report.recent + sorted.recent,
    planned,
    kept: sorted.kept,
    foreign: sorted.foreign,
  };
  if (options.dryRun) {
    return found;
  }
  const { foreign, ...done } = await removeLeftOvers(sorted.leftOver, options, services, facts);
  return { ...found, ...done, foreign: [...found.foreign, ...foreign] };
}

function fatesOf({ instanceIds }: Census, options: ReconcileOptions, services: ReconcileServices): Promise<Fates> {
  const total = instanceIds.size;
  return findFates(services.ec2, {
    instanceIds,
    graceSeconds: options.graceSeconds,
    now: services.now(),
    most: options.cap.count,
    signal: options.signal,
    onProgress: (done) => services.onProgress?.({ step: "ask", done, total }),
  });
}

function reportOf(
  { group, dryRun }: ReconcileOptions,
  { nodes, clients, instanceIds }: Census,
  { living, recent }: Fates,
): ReconcileReport {
  const none = { planned: [], removed: [], kept: [], foreign: [], failed: [] };
  return { group, dryRun, examined: { nodes, clients, names: instanceIds.size }, living, recent, ...none };
}

interface Sorted {
  /** Ids of instances whose node and client may go. */
  readonly leftOver: string[];
  recent: number;
  readonly kept: Finding[];
  readonly foreign: Finding[];
}

/** Tells the left over from those that only look so. */
async function sortOut(
  { gone, doubtful }: Fates,
  facts: GroupFacts,
  options: ReconcileOptions,
  services: ReconcileServices,
): Promise<Sorted> {
  const listed = await findListed(services.autoScaling, [...gone, ...doubtful]);
  const unlisted = (ids: readonly string[]) => ids.filter((id) => !listed.has(id));
  const verdicts = await judgeDoubtful(unlisted(doubtful), facts, options, services);
  const sorted: Sorted = { leftOver: unlisted(gone), recent: 0, kept: [], foreign: [] };
  for (const [id, state] of listed) {
    sorted.kept.push({ name: nodeName(options.group, id), why: `Auto Scaling still has the instance, ${state}` });
  }
  for (const [id, judged] of verdicts) {
    if (judged.verdict === "remove") {
      sorted.leftOver.push(id);
    } else if (judged.verdict === "recent") {
      sorted.recent++;
    } else {
      sorted[judged.verdict].push({ name: nodeName(options.group, id), why: judged.why });
    }
  }
  return sorted;
}
