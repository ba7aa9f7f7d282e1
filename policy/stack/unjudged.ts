import type { PolicyResource } from "@pulumi/policy";

/** A property that a rule would have checked if it were known. */
export interface Unjudged {
  readonly rule: string;
  readonly subject: Pick<PolicyResource, "name" | "urn">;
  readonly property: string;
}

/** Of this run, each once. */
const unjudged = new Map<string, Unjudged>();

/** Records that a rule could not check a property. */
export function leaveUnjudged(one: Unjudged): void {
  unjudged.set(`${one.rule} ${one.subject.urn} ${one.property}`, one);
}

export function allUnjudged(): Unjudged[] {
  return [...unjudged.values()];
}

/** Starts a new run. */
export function forgetUnjudged(): void {
  unjudged.clear();
}
