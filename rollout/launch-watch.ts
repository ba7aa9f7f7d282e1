import type { ToldFailure } from "./failure-report";
import { counting, type FailedLaunch, failedLaunches, isRetried } from "./failures";
import { watchKept } from "./kept";
import type { Run } from "./run";

/** Watches for failed launches, prints each once, and keeps the last console lines of their instances while EC2 still has them. */
export function watchLaunches(run: Pick<Run, "access" | "state" | "earlier" | "kept" | "say">, since: number) {
  const { access, earlier, kept, say } = run;
  const told = new Map<string, ToldFailure>();
  const said = new Set<string>();
  const lookAtKept = watchKept(run);
  return {
    /** Failures that count so far, oldest first. */
    failures: (): FailedLaunch[] => [...counting([...told.values()]), ...kept.values()],
    all: (): ToldFailure[] => [...told.values(), ...kept.values()],
    async look(): Promise<void> {
      const failed = failedLaunches(await access.activities(since), since).reverse();
      const isEarlier = (id = "") => earlier.has(id);
      const fresh = failed.filter(
        ({ activityId, instanceId }) => !told.has(activityId) && !isEarlier(activityId) && !isEarlier(instanceId),
      );
      for (const failure of fresh) {
        const console = failure.instanceId ? await access.console(failure.instanceId) : [];
        told.set(failure.activityId, { ...failure, console });
        tell(failure, say, said);
      }
      await lookAtKept();
    },
  };
}

function tell({ instanceId, message, kind }: FailedLaunch, say: Run["say"], said: Set<string>): void {
  const line = instanceId ? `${instanceId} failed: ${message}` : `EC2 launched nothing: ${message}`;
  if (said.has(line)) return;
  said.add(line);
  say(isRetried(kind) ? `${line} Auto Scaling retries` : line);
}
