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
  /**
   * `instance`: it was launched and did not come into service; `refused`: EC2 refuses the launch; `capacity`: EC2 has no capacity now, or took
   * the instance back; `early`: EC2 does not know a new instance profile yet.
   */
  readonly kind: "instance" | "refused" | "capacity" | "early";
}

/** Temporary shortages at EC2: Auto Scaling retries, so the rollout keeps waiting. */
const SHORTAGE =
  /InsufficientInstanceCapacity|sufficient .*capacity|Insufficient(Free|Host|Reserved)|Max ?SpotInstanceCount|LimitExceeded|Throttl|RequestLimit|unavailable/i;

/**
 * EC2's own reasons to end an instance that boots, such as a Spot interruption; those of the image, its key or its volumes are `Client.`.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
 */
const ENDED_BY_EC2 = /Termination Reason: Server\./;

/** IAM's changes reach EC2 within seconds; after this time the profile is wrong. */
const [UNKNOWN_PROFILE, KNOWN_AFTER_MS] = [/Invalid IAM Instance Profile/i, 180_000];

/** @param since milliseconds since the epoch; earlier activities belong to another rollout */
export function failedLaunches(activities: readonly Activity[], since: number): FailedLaunch[] {
  return activities
    .filter(({ status, startedAt, description }) => {
      return /^(Failed|Cancelled)$/.test(status) && startedAt >= since && /^Launching/.test(description);
    })
    .map(({ id, description, message, startedAt }) => {
      const instanceId = /^Launching a new EC2 instance: (i-[0-9a-f]+)/.exec(description)?.[1];
      const kind = instanceId ? kindOfEnd(message) : kindOf(message, startedAt - since);
      return { activityId: id, message: message || description, kind, ...(instanceId && { instanceId }) };
    });
}

function kindOfEnd(message: string): FailedLaunch["kind"] {
  return ENDED_BY_EC2.test(message) ? "capacity" : "instance";
}

function kindOf(message: string, afterMs: number): FailedLaunch["kind"] {
  if (SHORTAGE.test(message)) return "capacity";
  return UNKNOWN_PROFILE.test(message) && afterMs < KNOWN_AFTER_MS ? "early" : "refused";
}

/** Failures that say something about the version: those that Auto Scaling only has to retry do not. */
export function counting(failed: readonly FailedLaunch[]): FailedLaunch[] {
  return failed.filter(({ kind }) => !isRetried(kind));
}

export function isRetried(kind: FailedLaunch["kind"]): boolean {
  return kind === "capacity" || kind === "early";
}

/** AWS's message if an instance terminated as it started, usually because of a volume's key. */
export function endedAtStart({ message }: FailedLaunch): boolean {
  return /InvalidKMSKey|Client\.InternalError|Client error on launch/.test(message);
}
