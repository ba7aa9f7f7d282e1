import type { EngineEvent, OperationName } from "./events";
import { isProviderType } from "./provider-pool";
import { nameOf, typeOf } from "./urn";

/** The CLI reports the two halves of a replacement separately as well; `replace` stands for both. */
const OPERATIONS: readonly string[] = ["create", "same", "update", "replace", "delete"] satisfies OperationName[];

/** The parts of a line in the CLI's event log that the lab reads. */
interface LoggedEvent {
  readonly preludeEvent?: unknown;
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
    readonly ephemeral?: boolean;
  };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName: string;
    readonly enforcementLevel: string;
  };
}

/** The events of the last phase in the CLI's event log: `up` runs a preview first and then starts a new phase. */
export function eventsIn(log: string): EngineEvent[] {
  let events: EngineEvent[] = [];
  for (const line of log.split("\n").filter((text) => text !== "")) {
    const logged = JSON.parse(line) as LoggedEvent;
    if (logged.preludeEvent !== undefined) events = [];
    const event = operation(logged) ?? diagnostic(logged) ?? violation(logged);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function operation({ resourcePreEvent }: LoggedEvent): EngineEvent | undefined {
  if (resourcePreEvent === undefined) return undefined;
  const { op, urn } = resourcePreEvent.metadata;
  const [type, name] = [typeOf(urn), nameOf(urn)];
  if (!OPERATIONS.includes(op) || (isProviderType(type) && name.startsWith("default"))) return undefined;
  return { event: "operation", op: op as OperationName, type, name, urn };
}

function diagnostic({ diagnosticEvent }: LoggedEvent): EngineEvent | undefined {
  if (diagnosticEvent === undefined) return undefined;
  const { severity, urn } = diagnosticEvent;
  const message = diagnosticEvent.message.trimEnd();
  if (severity === "error" || severity === "warning") return { event: "diagnostic", severity, message, urn };
  return undefined;
}

function violation({ policyEvent }: LoggedEvent): EngineEvent | undefined {
  if (policyEvent === undefined) return undefined;
  const { policyName: policy, policyPackName: pack, message, resourceUrn: urn = "" } = policyEvent;
  const level = policyEvent.enforcementLevel === "mandatory" ? "mandatory" : "advisory";
  return { event: "violation", policy, pack, level, urn, message: message.trimEnd() };
}
