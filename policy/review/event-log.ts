import { stripVTControlCharacters } from "node:util";
import { PACK_NAME } from "../pack-name";
import { type Finding, inOrder, type Review } from "./finding";
import { knownRule } from "./known-rule";

/** What the review reads of one line of the CLI's event stream. */
interface Event {
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName?: string;
    readonly enforcementLevel: string;
    readonly severity?: string;
  };
  readonly policyRemediationEvent?: {
    readonly resourceUrn?: string;
    readonly policyName: string;
    readonly policyPackName?: string;
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}

/** Colors and the like that the engine marks in its texts. */
const MARKUP = /<\{%[^%]*%\}>/g;

/**
 * Reads the events of `pulumi preview`, one JSON object a line.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export function reviewOf(stack: string, eventLog: string): Review {
  // A preview that was stopped may leave half a line at the end.
  const events = eventLog.split("\n").flatMap(eventIn);
  const summaries = events.flatMap(({ summaryEvent }) =>
    summaryEvent?.resourceChanges ? [summaryEvent.resourceChanges] : [],
  );
  const changes = summaries.at(-1) ?? {};
  const found = events.flatMap(({ policyEvent, policyRemediationEvent }) => [
    ...(policyEvent ? [finding(policyEvent)] : []),
    ...(policyRemediationEvent ? [mended(policyRemediationEvent)] : []),
  ]);
  return {
    stack,
    changes: Object.fromEntries(Object.entries(changes).filter(([operation]) => operation !== "same")),
    findings: inOrder(found),
    errors: [...new Set(events.flatMap(({ diagnosticEvent }) => (diagnosticEvent ? errors(diagnosticEvent) : [])))],
  };
}

function eventIn(line: string): Event[] {
  if (!line.startsWith("{")) return [];
  try {
    return [JSON.parse(line) as Event];
  } catch {
    return [];
  }
}

/** The engine begins a message with the rule's description, which the rule's name stands for here. */
function finding({
  policyName,
  policyPackName,
  resourceUrn = "",
  message,
  enforcementLevel,
  severity,
}: NonNullable<Event["policyEvent"]>): Finding {
  const plain = message.replaceAll(MARKUP, "").trim();
  const rule = knownRule(policyName, policyPackName, plain);
  const isDescribed = rule !== undefined && plain.startsWith(`${rule.description}\n`);
  return {
    rule: policyName,
    ...packOf(policyPackName),
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    severity: rule?.severity ?? severityIn(severity),
    urn: resourceUrn,
    message: isDescribed ? plain.slice(rule.description.length).trim() : plain,
  };
}

const packOf = (name: string | undefined) => (name === undefined || name === PACK_NAME ? {} : { pack: name });

const SEVERITIES = ["low", "medium", "high", "critical"] as const;

function severityIn(said: string | undefined): Finding["severity"] {
  return SEVERITIES.find((one) => one === said) ?? "unspecified";
}

/** Tells which properties are others now; what is in them may be a secret. */
function mended({
  policyName,
  policyPackName,
  resourceUrn = "",
  before = {},
  after = {},
}: NonNullable<Event["policyRemediationEvent"]>): Finding {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return {
    rule: policyName,
    ...packOf(policyPackName),
    level: "mended",
    severity: knownRule(policyName, policyPackName, "")?.severity ?? "unspecified",
    urn: resourceUrn,
    message: `'${resourceUrn.split("::").at(-1)}' is mended: the update sets its ${changed.join(", ")}; write it into the program`,
  };
}

/** That the preview failed because of a violation is told by the violation. */
function errors({ severity, message }: NonNullable<Event["diagnosticEvent"]>): string[] {
  const plain = withoutStack(stripVTControlCharacters(message.replaceAll(MARKUP, ""))).trim();
  return severity === "error" && plain !== "" && !/^(preview failed|[\w ]*policy violations?[\w ]*)$/i.test(plain)
    ? [plain]
    : [];
}

/** Node prints an error with its stack and the promise it came from; a reader needs what is wrong, once. */
function withoutStack(message: string): string {
  const lines = message.split("\n").filter((line) => !/^\s+at .*(\)|:\d+)( \{)?$/.test(line));
  const told = lines.filter((line) => !/^Running program '.*' failed with an unhandled exception:$/.test(line));
  return told
    .join("\n")
    .replace(/^\s*<ref \*\d+> /, "")
    .replace(/\n\s*promise: Promise \{.*\}\n\}\s*$/s, "");
}
