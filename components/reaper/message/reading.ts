/** The pending action of a lifecycle hook, which an instance waits for until it is completed. */
export interface LifecycleAction {
  readonly group: string;
  readonly instanceId: string;
  readonly hookName: string;
  readonly token: string;
}

/** An instance that left its group, as a message says; whether it is true is asked for elsewhere. */
export interface Termination {
  readonly kind: "termination";
  readonly group: string;
  readonly instanceId: string;
  /** When it happened, milliseconds since 1970, where the message says so readably. */
  readonly time?: number;
  /** AWS region of the group, where the message says so. */
  readonly region?: string;
  /** Set when a lifecycle hook sent the message: the instance still runs and waits. */
  readonly action?: LifecycleAction;
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

/** A message that nobody here understands, and why. */
export interface Rejected {
  readonly kind: "rejected";
  readonly reason: string;
}

/** What a message in the queue says. */
export type Reading = Termination | Ignored | Rejected;

export function ignored(reason: string, level: "info" | "warn" = "info"): Ignored {
  return { kind: "ignored", reason, level };
}

export function rejected(reason: string): Rejected {
  return { kind: "rejected", reason };
}
