/** A JSON object whose members are not known yet. */
export type JsonRecord = Record<string, unknown>;

/** Whether a value is a JSON object: neither an array nor null. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parsed text, or undefined where it is not JSON (an empty body is not). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as JSON, independent of the order of its members and without undefined ones. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isRecord(member) ? sorted(member) : member));
}

function sorted(object: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
