import { isObject, type Properties, type Value } from "../values";

function wrong(key: string, value: Value | undefined, expected: string): Error {
  return new Error(`'${key}' must be ${expected}, got ${JSON.stringify(value)}; correct it in the program`);
}

/** A string, or undefined if it is not set. @throws if the value has another type */
export function text(properties: Properties, key: string): string | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw wrong(key, value, "a text");
}

/** A required string. */
export function needText(properties: Properties, key: string): string {
  const value = text(properties, key);
  if (value === undefined) throw wrong(key, value, "a text");
  return value;
}

/** A required JSON document, as a string or, as in the real provider, as an object. */
export function needDocument(properties: Properties, key: string): string {
  const value = properties[key] ?? undefined;
  return value !== undefined && isObject(value) ? JSON.stringify(value) : needText(properties, key);
}

/** A number, possibly written as a string, or undefined. */
export function count(properties: Properties, key: string): number | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "number") return value;
  if (typeof value === "string" && value !== "" && Number.isFinite(Number(value))) return Number(value);
  throw wrong(key, value, "a number");
}

/** A boolean, possibly written as a string, or undefined. */
export function flag(properties: Properties, key: string): boolean | undefined {
  const value = properties[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw wrong(key, value, "true or false");
}

/** A list of strings, or undefined. */
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

/** A list of objects; empty if it is not set. */
export function objects(properties: Properties, key: string): Properties[] {
  const value = properties[key] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw wrong(key, value, "a list of objects");
}

/** A map of strings; empty if it is not set. */
export function textMap(properties: Properties, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(properties, key) ?? {}).map(([name, value]) => [name, String(value)]),
  );
}
