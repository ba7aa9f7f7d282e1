/** What a rollout leaves on an earlier version, or out of service. */
import { counted, type Member, outdatedIn } from "./decide";
import { launchName } from "./failure-report";
import { howToEnd } from "./kept";
import { leavesOf, type Run } from "./run";

export function warnOfLeft(run: Run, members: readonly Member[]): void {
  const { left } = counted(members, { target: run.target, leaves: leavesOf(run.state) });
  if (left.length === 0) return;
  const ids = left.map(({ id, launchedFrom }) => `${id} (${launchName(launchedFrom)})`).join(", ");
  run.say(`warning: not replaced, because they are protected or in standby: ${ids}`);
}

export function warnOfPool({ target, access, say }: Run, pool: readonly Member[]): void {
  const ids = outdatedIn(pool, target).map(({ id, launchedFrom }) => `${id} (${launchName(launchedFrom)})`);
  if (ids.length === 0) return;
  say(
    `warning: left in the warm pool, from which they go into service as they are: ${ids.join(", ")}; an instance refresh replaces them: ` +
      `aws autoscaling start-instance-refresh --auto-scaling-group-name ${access.groupName} --preferences SkipMatching=true`,
  );
}

export function warnOfKept({ access, state, kept, say }: Run): void {
  if (kept.size === 0 || state.keptIn === undefined) return;
  say(
    `warning: still kept, out of service: ${[...kept.keys()].join(", ")}; ${howToEnd(kept.keys(), access, state.keptIn)} ends it`,
  );
}
