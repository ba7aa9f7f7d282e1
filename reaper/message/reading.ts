/** The pending action of a lifecycle hook, which an instance waits for until it is completed. */
export interface LifecycleAction {
  readonly group: string;
  readonly instanceId: string;
  readonly hookName: string;
  readonly token: string;
}

/** When and where something happened, as far as a message says so readably. */
export interface Origin {
  /** Milliseconds since 1970. */
  readonly time?: number;
  /** AWS region of the group. */
  readonly region?: string;
  /** AWS account of the group. */
  readonly account?: string;
}

/** An instance that left its group, as a message says; whether it is true is asked for elsewhere. */
export interface Termination extends Origin {
  readonly kind: "termination";
  readonly group: string;
  readonly instanceId: string;
  /** Set when a lifecycle hook sent the message: the instance still runs and waits. */
  readonly action?: LifecycleAction;
  /** Set where it never went into service: it may have registered, and may be on its way out still. */
  readonly launchFailed?: boolean;
}

/** A message that is understood and asks for no removal. */
export interface Ignored {
  readonly kind: "ignored";
  readonly reason: string;
  /** "warn" for what Auto Scaling reports as failed. */
  readonly level: "info" | "warn";
  /** A terminate hook whose instance moves into a warm pool: nothing to remove, but it waits. */
  readonly action?: LifecycleAction;
}

/** A message that is not believed, and why. */
export interface Rejected {
  readonly kind: "rejected";
  readonly cause: "not-understood" | "contradictory";
  readonly reason: string;
}

/** What a message in the queue says. */
export type Reading = Termination | Ignored | Rejected;

export function ignored(reason: string, level: "info" | "warn" = "info"): Ignored {
  return { kind: "ignored", reason, level };
}

export function rejected(reason: string, cause: Rejected["cause"] = "not-understood"): Rejected {
  return { kind: "rejected", cause, reason };
}
