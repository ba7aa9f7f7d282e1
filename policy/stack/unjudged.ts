import type { PolicyResource } from "@pulumi/policy";

/** A property that a rule would have judged, had anybody known it. */
export interface Unjudged {
  readonly rule: string;
  readonly subject: Pick<PolicyResource, "name" | "urn">;
  readonly property: string;
}

/** Of this run, each once. */
const unjudged = new Map<string, Unjudged>();

/** Notes that a rule could not judge a property. */
export function leaveUnjudged(one: Unjudged): void {
  unjudged.set(`${one.rule} ${one.subject.urn} ${one.property}`, one);
}

export function allUnjudged(): Unjudged[] {
  return [...unjudged.values()];
}

/** A new run begins. */
export function forgetUnjudged(): void {
  unjudged.clear();
}
