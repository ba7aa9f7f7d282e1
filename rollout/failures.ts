/** Which launches of a group failed, and which of them count against what is rolled out. */

/** A scaling activity, as far as it counts. */
export interface Activity {
  readonly id: string;
  readonly startedAt: number;
  readonly status: string;
  readonly description: string;
  readonly message: string;
}

export interface FailedLaunch {
  readonly activityId: string;
  /** Undefined where EC2 gave no instance at all. */
  readonly instanceId?: string;
  readonly message: string;
  /** `instance`: it started and did not come into service; `refused`: EC2 takes no such launch; `capacity`: it has none now. */
  readonly kind: "instance" | "refused" | "capacity";
}

/** What EC2 lacks for a while: Auto Scaling tries on, and so does whoever waits. */
const SHORTAGE =
  /InsufficientInstanceCapacity|sufficient .*capacity|Insufficient(Free|Host|Reserved)|Max ?SpotInstanceCount|LimitExceeded|Throttl|RequestLimit|unavailable/i;

/** @param since milliseconds since the epoch; what began earlier is another rollout's */
export function failedLaunches(activities: readonly Activity[], since: number): FailedLaunch[] {
  return activities
    .filter(({ status, startedAt, description }) => {
      return /^(Failed|Cancelled)$/.test(status) && startedAt >= since && /^Launching/.test(description);
    })
    .map(({ id, description, message }) => {
      const instanceId = /^Launching a new EC2 instance: (i-[0-9a-f]+)/.exec(description)?.[1];
      const kind = instanceId ? "instance" : SHORTAGE.test(message) ? "capacity" : "refused";
      return { activityId: id, message: message || description, kind, ...(instanceId && { instanceId }) };
    });
}

/** Those that say something about what was rolled out: a shortage is EC2's own. */
export function counting(failed: readonly FailedLaunch[]): FailedLaunch[] {
  return failed.filter(({ kind }) => kind !== "capacity");
}

/** AWS's words where an instance ended as it started, which a volume's key explains best. */
export function endedAtStart({ message }: FailedLaunch): boolean {
  return /InvalidKMSKey|Client\.InternalError|Client error on launch/.test(message);
}
