import { entries, hasUnknown, isUnknown, list, parsed, read, UNKNOWN } from "./known";

/** One allowing statement of a policy document. */
export interface Allowed {
  /** Its Sid, or its index in the document. */
  readonly title: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** Whether a condition allows less than everybody with credentials; one with unknown parts counts. */
  readonly isNarrowed: boolean;
  /** `NotAction`, `NotResource` and `NotPrincipal` allow everything except what they list. */
  readonly allBut: readonly string[];
}

/** The allowing statements of a policy document: a string or an object, without its unknown parts; empty for an unknown document. */
export function allowedBy(document: unknown): Allowed[] {
  const known = typeof document === "string" ? parsed(document) : document;
  return several(read(known, "Statement"))
    .map((statement, index) => ({ statement, index }))
    .filter(({ statement }) => read(statement, "Effect") === "Allow")
    .map(({ statement, index }) => allowed(statement, index));
}

/** A statement that may allow something, with unknown parts. */
export interface Unclear extends Allowed {
  readonly unknown: readonly string[];
}

/** The unknown parts of a policy document: all of it, or parts of statements that may allow something. */
export function unclearIn(document: unknown): Unclear[] {
  const known = typeof document === "string" ? parsed(document) : document;
  if (known === UNKNOWN || isUnknown(known, "Statement")) return [{ ...allowed(undefined, 0), unknown: ["all of it"] }];
  return several(read(known, "Statement"))
    .map((statement, index) => {
      const keys = statement === UNKNOWN ? ["all of it"] : PARTS.filter((key) => hasUnknown(read(statement, key)));
      return { ...allowed(statement, index), effect: read(statement, "Effect"), unknown: keys };
    })
    .filter(({ effect, unknown }) => unknown.length > 0 && (effect === "Allow" || effect === UNKNOWN));
}

const PARTS = ["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"];

function allowed(statement: unknown, index: number): Allowed {
  const sid = read(statement, "Sid");
  return {
    title: typeof sid === "string" && sid !== "" ? sid : `statement ${index + 1}`,
    actions: texts(read(statement, "Action")),
    resources: texts(read(statement, "Resource")),
    principals: principals(read(statement, "Principal")),
    allBut: ["NotAction", "NotResource", "NotPrincipal"].filter((key) => read(statement, key) !== undefined),
    isNarrowed: narrows(read(statement, "Condition")),
  };
}

/** Condition keys about how or when somebody calls, not who or from where. */
const NOT_WHO =
  /^(aws:(securetransport|multifactorauth(present|age)|currenttime|epochtime|tokenissuetime|useragent|referer|requestedregion|calledvia\w*|tagkeys)|aws:requesttag\/.*)$/i;

/** All conditions of a statement must be met, so one that restricts is sufficient. */
function narrows(condition: unknown): boolean {
  if (condition === UNKNOWN) return true;
  return entries(condition).some(([operator, keys]) => {
    if (keys === UNKNOWN) return true;
    // Negated or optional conditions are met by everybody else.
    if (/not(equals|like|ipaddress)|^not|^null|ifexists$/i.test(operator)) return false;
    return entries(keys).some(([key, values]) => {
      const isMet = CALLER.test(key) ? isNarrowCaller : isNarrow;
      return !NOT_WHO.test(key) && several(values).every(isMet);
    });
  });
}

/** Condition keys with the ARN of the caller, or of the resource on whose behalf it calls. */
const CALLER = /^aws:(sourcearn|principalarn)$/i;

/** Anybody can give a resource in their own account the same name; only names of buckets are unique without an account. */
function isNarrowCaller(value: unknown): boolean {
  const account = typeof value === "string" ? value.split(":")[4] : undefined;
  return isNarrow(value) && !account?.includes("*");
}

/** An ARN without an account, or an address range that covers everything, is met by everybody. */
function isNarrow(value: unknown): boolean {
  if (typeof value !== "string") return true;
  if (/^[*?]*$/.test(value) || /^(0\.0\.0\.0|::)\/0$/.test(value)) return false;
  if (!value.startsWith("arn:")) return !/^\*/.test(value) || value.length > 8;
  const [, , , , account = "*", ...resource] = value.split(":");
  const name = resource.join(":");
  return account.includes("*") || account === "" ? !/^\*?$/.test(name) && !name.startsWith("*") : true;
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
