import type { Instance } from "@aws-sdk/client-ec2";

/**
 * Class of an instance by EC2's response: `living`; `recent`: shutting down, or gone for less than the grace time; `gone`: for longer,
 * according to EC2; `doubtful`: unknown to EC2, which forgets an instance within an hour, or gone without a time. Doubtful ones need other
 * proof.
 */
export type InstanceClass = "living" | "recent" | "gone" | "doubtful";

/** @param instance EC2's response, undefined if it does not contain the instance */
export function classify(instance: Instance | undefined, now: number, graceSeconds: number): InstanceClass {
  const state = instance?.State?.Name;
  if (instance === undefined) {
    return "doubtful";
  }
  if (state === "shutting-down") {
    return "recent";
  }
  if (state !== "terminated") {
    return "living";
  }
  const ended = transitionTime(instance.StateTransitionReason);
  if (ended === undefined) {
    return "doubtful";
  }
  return now - ended >= graceSeconds * 1000 ? "gone" : "recent";
}

/**
 * The time in a StateTransitionReason such as "User initiated (2026-11-24 07:25:00 GMT)", milliseconds since 1970. Undefined if there is
 * none: EC2 writes none for spot interruptions and for instances that shut themselves down.
 */
export function transitionTime(reason: string | undefined): number | undefined {
  const found = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(reason ?? "");
  return found ? Date.parse(`${found[1]}T${found[2]}Z`) : undefined;
}
