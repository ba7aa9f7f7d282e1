/** Which launches of a group failed, and which of them count against the rollout. */

/** The relevant part of a scaling activity. */
export interface Activity {
  readonly id: string;
  readonly startedAt: number;
  readonly status: string;
  readonly description: string;
  readonly message: string;
}

export interface FailedLaunch {
  readonly activityId: string;
  /** Undefined if EC2 launched no instance. */
  readonly instanceId?: string;
  readonly message: string;
  /** `instance`: it was launched and did not come into service; `refused`: EC2 refuses the launch; `capacity`: EC2 has no capacity now. */
  readonly kind: "instance" | "refused" | "capacity";
}

/** Temporary shortages at EC2: Auto Scaling retries, so the rollout keeps waiting. */
const SHORTAGE =
  /InsufficientInstanceCapacity|sufficient .*capacity|Insufficient(Free|Host|Reserved)|Max ?SpotInstanceCount|LimitExceeded|Throttl|RequestLimit|unavailable/i;

/** @param since milliseconds since the epoch; earlier activities belong to another rollout */
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

/** Failures that say something about the version: a capacity shortage does not. */
export function counting(failed: readonly FailedLaunch[]): FailedLaunch[] {
  return failed.filter(({ kind }) => kind !== "capacity");
}

/** AWS's message if an instance terminated as it started, usually because of a volume's key. */
export function endedAtStart({ message }: FailedLaunch): boolean {
  return /InvalidKMSKey|Client\.InternalError|Client error on launch/.test(message);
}
