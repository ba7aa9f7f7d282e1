import { nodeName } from "../../chef/names";
import { type Classified, classifyAll } from "../instances/classify-all";
import { describeGroup, type GroupFacts } from "../instances/group-facts";
import { excessOf, refusalOf } from "./cap";
import { type ListedNames, listNames } from "./list-names";
import { checkReconcileOptions, type ReconcileOptions, type ReconcileServices } from "./options";
import { removeLeftOvers } from "./remove";
import type { ReconcileReport, RefusalCause } from "./report";
import { sortOut } from "./sort-out";
import { unlessEnded } from "./unless-ended";

/**
 * Removes every node and client of a group whose instance is gone, whether or not there was a message. Names are listed before instances
 * are asked for, so that nodes that register meanwhile are not considered.
 *
 * @throws if the options are wrong, or AWS or the Chef server does not respond before anything is removed, or the signal aborts it before
 * that
 */
export async function reconcileGroup(options: ReconcileOptions, services: ReconcileServices): Promise<ReconcileReport> {
  checkReconcileOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  const { report, leftOver, facts } = await unlessEnded(look(options, services), signal);
  if (options.dryRun || facts === undefined || leftOver.length === 0) {
    return report;
  }
  const { foreign, ...done } = await removeLeftOvers(leftOver, options, services, facts);
  return { ...report, ...done, foreign: [...report.foreign, ...foreign] };
}

interface Seen {
  readonly report: ReconcileReport;
  /** Ids of instances whose node and client may be removed; empty if the run is to stop. */
  readonly leftOver: readonly string[];
  readonly facts: GroupFacts | undefined;
}

/** Determines everything and changes nothing. */
async function look(options: ReconcileOptions, services: ReconcileServices): Promise<Seen> {
  const { group, cap } = options;
  const facts = await factsOf(options, services);
  const listed = await listNames(services.chef, group, services.onProgress, options.signal);
  const classified = await classifyNames(listed, options, services);
  const report = reportOf(options, listed, classified);
  const names = listed.instanceIds.size;
  const [present, suspects] = [
    classified.living + classified.recent,
    classified.gone.length + classified.doubtful.length,
  ];
  const refused = refusalOf(group, { names, present, suspects, facts });
  // Those that EC2 itself reports as gone need no proof; if there are too many, the others need none
  // either.
  const stopped = refused ?? excessOf(classified.gone.length, names, cap);
  if (stopped !== undefined || facts === undefined) {
    const known: RefusalCause = refused === undefined ? "too-many" : "none-living";
    const refusedFor = facts === undefined ? "no-such-group" : known;
    return { report: { ...report, stopped, refusedFor }, leftOver: [], facts };
  }
  const { leftOver, recent, ...sorted } = await sortOut(classified, facts, options, services);
  const found = { ...report, recent: report.recent + recent, ...sorted };
  const excess = excessOf(leftOver.length, names, cap);
  return excess !== undefined
    ? { report: { ...found, stopped: excess, refusedFor: "too-many" }, leftOver: [], facts }
    : { report: { ...found, planned: leftOver.map((id) => nodeName(group, id)) }, leftOver, facts };
}

/** For a group that no longer exists, names are compared with the region and account that AWS is asked for. */
async function factsOf(options: ReconcileOptions, services: ReconcileServices): Promise<GroupFacts | undefined> {
  const { group, groupDestroyed, signal } = options;
  const facts = await describeGroup(services.autoScaling, group, signal);
  if (facts !== undefined || !groupDestroyed || services.place === undefined) return facts;
  return { desired: 0, ...(await services.place()) };
}

function classifyNames(
  { instanceIds }: ListedNames,
  options: ReconcileOptions,
  services: ReconcileServices,
): Promise<Classified> {
  const total = instanceIds.size;
  return classifyAll(services.ec2, {
    instanceIds,
    graceSeconds: options.graceSeconds,
    now: services.now(),
    signal: options.signal,
    onProgress: (done) => services.onProgress?.({ step: "ask", done, total }),
  });
}

function reportOf(
  { group, dryRun }: ReconcileOptions,
  { nodes, clients, instanceIds }: ListedNames,
  { living, recent }: Classified,
): ReconcileReport {
  const none = { planned: [], removed: [], kept: [], notLookedAt: 0, foreign: [], failed: [] };
  return { group, dryRun, examined: { nodes, clients, names: instanceIds.size }, living, recent, ...none };
}
