import * as pulumi from "@pulumi/pulumi";

/** Whether a value is known only once something else has been made. */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Paths of the values inside that are known only later, as `db.host`; the empty path is the value itself. */
export function laterPaths(value: unknown, path = ""): string[] {
  if (isLater(value)) return [path];
  return membersOf(value).flatMap(([name, member]) => laterPaths(member, path === "" ? name : `${path}.${name}`));
}

/** A copy that can be shown to a person: what is known only later is named as such, and never asked for its text. */
export function shownLater(value: unknown): unknown {
  if (isLater(value)) return "(known only later)";
  if (laterPaths(value).length === 0) return value;
  if (Array.isArray(value)) return value.map(shownLater);
  return Object.fromEntries(membersOf(value).map(([name, member]) => [name, shownLater(member)]));
}

/** Members of lists and of plain objects; a resource or an asset is a whole. */
export function membersOf(value: unknown): [string, unknown][] {
  return isPlain(value) ? Object.entries(value) : [];
}

/** Whether it is a list or a plain object. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/** Path of a value that holds itself, which everything that walks through it would do for ever. */
export function circleIn(value: unknown, path = "", above: readonly unknown[] = []): string | undefined {
  if (above.includes(value)) return path;
  for (const [name, member] of membersOf(value)) {
    const found = circleIn(member, path === "" ? name : `${path}.${name}`, [...above, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}
