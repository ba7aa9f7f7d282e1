/** What a failed rollout is told with: the cause, the instances' own words, what serves now, what to do. */
import { isInService, type Member } from "./decide";
import type { FailedLaunch } from "./failures";
import { endedAtStart } from "./failures";
import { type LaunchesFrom, templatesOf } from "./launched-from";

/** A launch that failed, with what its instance wrote last. */
export interface ToldFailure extends FailedLaunch {
  readonly console: readonly string[];
}

export interface Failure {
  readonly groupName: string;
  /** What was to be rolled out. */
  readonly wanted: LaunchesFrom;
  /** One sentence, without an end. */
  readonly cause: string;
  readonly failures: readonly ToldFailure[];
  readonly members: readonly Member[];
  readonly saved: LaunchesFrom;
  readonly keyHint: string;
  readonly next: string;
}

const MOST_INSTANCES = 3;

export function failureText({ groupName, wanted, cause, failures, members, saved, keyHint, next }: Failure): string {
  const hint = failures.some(endedAtStart) ? [keyHint] : [];
  return [
    `${launchName(wanted)} is not in service in group "${groupName}": ${cause}`,
    ...failures.slice(-MOST_INSTANCES).flatMap(failureLines),
    ...hint,
    `In service now: ${inServiceText(members)}; the group launches ${launchName(saved)}`,
    `Next: ${next}`,
  ].join("\n");
}

function failureLines({ instanceId, message, console: lines }: ToldFailure): string[] {
  const head = instanceId ? `Instance ${instanceId}: ${message}` : `EC2 launched nothing: ${message}`;
  if (lines.length === 0) return [head];
  return [head, "  the last lines of its console:", ...lines.map((line) => `  | ${line}`)];
}

/** `3 instances of version 4, 1 of version 5` */
export function inServiceText(members: readonly Member[]): string {
  const serving = members.filter(isInService);
  if (serving.length === 0) return "no instance";
  const counts = new Map<string, number>();
  for (const { launchedFrom } of serving) {
    const name = launchName(launchedFrom);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} from ${name}`).join(", ");
}

/** `version 4 of lt-0a`, and that of each other template which a mixed group has. */
export function launchName(from: LaunchesFrom): string {
  if (from.configurationName) return `launch configuration ${from.configurationName}`;
  if (!from.templateId) return "nothing that can be named";
  return templatesOf(from)
    .map(({ templateId, version }) => `version ${version} of ${templateId}`)
    .join(" and ");
}
