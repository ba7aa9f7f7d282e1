import { entries, list, parsed, read, UNKNOWN } from "./known";

/** One statement of a policy document that allows something. */
export interface Allowed {
  /** Its Sid, or its place in the document. */
  readonly title: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly hasCondition: boolean;
  /** `NotAction`, `NotResource` and `NotPrincipal` allow all but what they list. */
  readonly allBut: readonly string[];
}

/** What a policy document allows: text or object, with unknown parts left out; nothing of an unknown document. */
export function allowedBy(document: unknown): Allowed[] {
  const known = typeof document === "string" ? parsed(document) : document;
  return several(read(known, "Statement"))
    .map((statement, index) => ({ statement, index }))
    .filter(({ statement }) => read(statement, "Effect") === "Allow")
    .map(({ statement, index }) => allowed(statement, index));
}

function allowed(statement: unknown, index: number): Allowed {
  const sid = read(statement, "Sid");
  return {
    title: typeof sid === "string" && sid !== "" ? sid : `statement ${index + 1}`,
    actions: texts(read(statement, "Action")),
    resources: texts(read(statement, "Resource")),
    principals: principals(read(statement, "Principal")),
    allBut: ["NotAction", "NotResource", "NotPrincipal"].filter((key) => read(statement, key) !== undefined),
    hasCondition: entries(statement, "Condition").length > 0 || read(statement, "Condition") === UNKNOWN,
  };
}

function principals(principal: unknown): string[] {
  if (typeof principal === "string") return [principal];
  return entries(principal).flatMap(([, value]) => texts(value));
}

function texts(value: unknown): string[] {
  return several(value).filter((one) => typeof one === "string");
}

function several(value: unknown): unknown[] {
  return Array.isArray(value) ? list(value) : value === undefined ? [] : [value];
}
