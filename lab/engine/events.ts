import type { Properties } from "../providers/values";

/** What happens to a resource; `replace` stands for both halves of a replacement. */
export type OperationName = "create" | "same" | "update" | "replace" | "delete";

export interface Operation {
  readonly op: OperationName;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
}

export interface PolicyViolation {
  /** Name of the rule. */
  readonly policy: string;
  /** Name of its policy pack. */
  readonly pack: string;
  readonly level: "advisory" | "mandatory";
  readonly urn: string;
  readonly message: string;
}

/** An event of a run. Events are emitted in chronological order. */
export type EngineEvent =
  | ({ readonly event: "operation" } & Operation)
  | {
      readonly event: "diagnostic";
      readonly severity: "info" | "warning" | "error";
      readonly message: string;
      readonly urn?: string;
    }
  | ({ readonly event: "violation" } & PolicyViolation)
  | { readonly event: "outputs"; readonly outputs: Properties };

/** Receives events as they happen. */
export type Emit = (event: EngineEvent) => void;

const SIGNS: Record<OperationName, string> = { create: "+", same: " ", update: "~", replace: "+-", delete: "-" };

/** Formats an event as one line for people. */
export function lineOf(event: EngineEvent): string {
  switch (event.event) {
    case "operation":
      return `${SIGNS[event.op].padStart(2)} ${event.type} ${event.name} ${event.op}`;
    case "diagnostic":
      return event.severity === "info" ? event.message : `${event.severity}: ${event.message}`;
    case "violation":
      return `policy ${event.policy} (${event.level}): ${event.message} (${event.urn.split("::").slice(2).join(" ")})`;
    case "outputs":
      return `outputs: ${JSON.stringify(event.outputs)}`;
  }
}
