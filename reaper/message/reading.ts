/** The pending action of a lifecycle hook, in which an instance waits until it is completed. */
export interface LifecycleAction {
  readonly group: string;
  readonly instanceId: string;
  readonly hookName: string;
  readonly token: string;
}

/** When and where something happened, as far as the message says so. */
export interface Origin {
  /** Milliseconds since 1970. */
  readonly time?: number;
  /** AWS region of the group. */
  readonly region?: string;
  /** AWS account of the group. */
  readonly account?: string;
}

/** An instance that left its group, according to a message; whether this is true is checked elsewhere. */
export interface Termination extends Origin {
  readonly kind: "termination";
  readonly group: string;
  readonly instanceId: string;
  /** Set if a lifecycle hook sent the message: the instance still runs and waits. */
  readonly action?: LifecycleAction;
  /** Set if it never went into service: it may have registered, and may not be terminated yet. */
  readonly launchFailed?: boolean;
}

/** A message that is understood and requires no removal. */
export interface Ignored {
  readonly kind: "ignored";
  readonly reason: string;
  /** "warn" for failures that Auto Scaling reports. */
  readonly level: "info" | "warn";
  /** A terminate hook whose instance moves into a warm pool: nothing to remove, but it waits. */
  readonly action?: LifecycleAction;
}

/** A message that is not accepted, and why. */
export interface Rejected {
  readonly kind: "rejected";
  readonly cause: "not-understood" | "contradictory";
  readonly reason: string;
}

/** The content of a message in the queue. */
export type Reading = Termination | Ignored | Rejected;

export function ignored(reason: string, level: "info" | "warn" = "info"): Ignored {
  return { kind: "ignored", reason, level };
}

export function rejected(reason: string, cause: Rejected["cause"] = "not-understood"): Rejected {
  return { kind: "rejected", cause, reason };
}
