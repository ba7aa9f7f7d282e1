import * as pulumi from "@pulumi/pulumi";

/** Whether a value is known only once something else was created. */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Paths of the values inside that are known only later, such as `db.host`; the empty path is the value itself. */
export function laterPaths(value: unknown, path = ""): string[] {
  if (isLater(value)) return [path];
  return membersOf(value).flatMap(([name, member]) => laterPaths(member, path === "" ? name : `${path}.${name}`));
}

/** A printable copy: values that are known only later are named as such and not resolved. */
export function shownLater(value: unknown): unknown {
  if (isLater(value)) return "(known only later)";
  if (laterPaths(value).length === 0) return value;
  if (Array.isArray(value)) return value.map(shownLater);
  return Object.fromEntries(membersOf(value).map(([name, member]) => [name, shownLater(member)]));
}

/** Members of lists and of plain objects; a resource or an asset counts as one value. */
export function membersOf(value: unknown): [string, unknown][] {
  return isPlain(value) ? Object.entries(value) : [];
}

/** Whether it is an array or a plain object. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/** Path of a value that contains itself; code that walks through such a value would never end. */
export function circleIn(value: unknown, path = "", above: readonly unknown[] = []): string | undefined {
  if (above.includes(value)) return path;
  for (const [name, member] of membersOf(value)) {
    const found = circleIn(member, path === "" ? name : `${path}.${name}`, [...above, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}
