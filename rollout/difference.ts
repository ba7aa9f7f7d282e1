import type { RolloutState } from "./rollout-state";

/** Including the engine's addition to the provider's properties: the provider itself, as text. */
type Carried = RolloutState & { readonly __provider?: string };

const REPLACES = ["groupName", "region"] as const;

/** Whether two states declare different things. The path of the code, and its version, do not count. */
export function difference(olds: Carried, news: Carried): { changes: boolean; replaces: string[] } {
  const replaces = REPLACES.filter((name) => olds[name] !== news[name]);
  // A state of an earlier version names neither
  const { accountId, attached } = news;
  const before = olds.accountId === undefined ? { ...olds, accountId, attached } : olds;
  return { changes: replaces.length > 0 || text(before) !== text(news), replaces };
}

/** Values that were read, and the path of the code. */
const NOT_DECLARED: readonly string[] = [
  "savedVersion",
  "savedVersions",
  "refreshId",
  "program",
  "packageVersion",
  "__provider",
] satisfies (keyof Carried)[];

function text(state: Carried): string {
  return canonical(Object.fromEntries(Object.entries(state).filter(([key]) => !NOT_DECLARED.includes(key))));
}

/** A value as text, independent of the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
