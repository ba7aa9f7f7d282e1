import { canonical } from "../common/json";
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
  const declared = Object.fromEntries(Object.entries(state).filter(([key]) => !NOT_DECLARED.includes(key)));
  // A key without a value may come back from the engine as null
  return canonical(JSON.parse(JSON.stringify(declared, (_key, value) => value ?? undefined)));
}
