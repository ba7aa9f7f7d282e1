import { isObject, type Properties, type Value } from "../values";

function wrong(key: string, value: Value | undefined, expected: string): Error {
  return new Error(`'${key}' must be ${expected}, got ${JSON.stringify(value)}; correct it in the program`);
}

/** A text, or undefined when the property is not given. Errors: it is something else. */
export function text(properties: Properties, key: string): string | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw wrong(key, value, "a text");
}

/** A text that must be there. */
export function needText(properties: Properties, key: string): string {
  const value = text(properties, key);
  if (value === undefined) throw wrong(key, value, "a text");
  return value;
}

/** A JSON document that must be there, given as text or, as the real provider also takes it, as an object. */
export function needDocument(properties: Properties, key: string): string {
  const value = properties[key] ?? undefined;
  return value !== undefined && isObject(value) ? JSON.stringify(value) : needText(properties, key);
}

/** A number, also when written as text, or undefined. */
export function count(properties: Properties, key: string): number | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "number") return value;
  if (typeof value === "string" && value !== "" && Number.isFinite(Number(value))) return Number(value);
  throw wrong(key, value, "a number");
}

/** A truth value, also when written as text, or undefined. */
export function flag(properties: Properties, key: string): boolean | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw wrong(key, value, "true or false");
}

/** A list of texts, or undefined. */
export function texts(properties: Properties, key: string): string[] | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value as string[];
  throw wrong(key, value, "a list of strings");
}

/** An object, or undefined. */
export function object(properties: Properties, key: string): Properties | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw wrong(key, value, "an object");
}

/** A list of objects; empty when not given. */
export function objects(properties: Properties, key: string): Properties[] {
  const value = properties[key] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw wrong(key, value, "a list of objects");
}

/** A map of texts; empty when not given. */
export function textMap(properties: Properties, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(properties, key) ?? {}).map(([name, value]) => [name, String(value)]),
  );
}
