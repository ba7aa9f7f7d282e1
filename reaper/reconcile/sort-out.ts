import { nodeName } from "../../chef/names";
import type { Classified } from "../instances/classify-all";
import type { GroupFacts } from "../instances/group-facts";
import { MOST_PROVEN, type ReconcileOptions, type ReconcileServices } from "./options";
import { findListed, judgeDoubtful } from "./prove";
import type { Finding } from "./report";
import { sample } from "./sample";

export interface Sorted {
  /** Ids of instances whose node and client may be removed. */
  readonly leftOver: string[];
  recent: number;
  readonly kept: Finding[];
  readonly foreign: Finding[];
  notLookedAt: number;
}

/** Separates what is left over from what only seems to be: checks as many of the doubtful ones as one run allows, chosen at random. */
export async function sortOut(
  { gone, doubtful }: Pick<Classified, "gone" | "doubtful">,
  facts: GroupFacts,
  options: ReconcileOptions,
  services: ReconcileServices,
): Promise<Sorted> {
  // One more than may be removed, so that an excess is noticed.
  const chosen = sample(doubtful, Math.max(MOST_PROVEN, options.cap.count + 1), services.random ?? Math.random);
  const listed = await findListed(services.autoScaling, [...gone, ...chosen], options.signal);
  const unlisted = (ids: readonly string[]) => ids.filter((id) => !listed.has(id));
  const unsure = unlisted(chosen);
  const verdicts = await judgeDoubtful(unsure, facts, options, services);
  const notLookedAt = doubtful.length - chosen.length;
  const sorted: Sorted = { leftOver: unlisted(gone), recent: 0, kept: [], foreign: [], notLookedAt };
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
