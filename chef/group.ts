import { forEachBounded } from "../common/concurrency";
import { isChefError } from "./chef-error";
import type { ChefClient } from "./client";
import { instanceIdOf } from "./names";
import { type Removal, removeNodeAndClient } from "./removal";

/** Result of the removal of a whole group. */
export interface GroupRemoval {
  /** Names whose node, client or both were deleted. */
  readonly removed: readonly string[];
  /** Names that were kept, because an instance of another name, region or account uses them. */
  readonly foreign: readonly LeftName[];
  /** Names that were kept, because their instance is alive. */
  readonly living: readonly LeftName[];
}

/** A name whose node and client were kept, and why. */
export interface LeftName {
  readonly name: string;
  readonly why: string;
}

export interface GroupRemovalOptions {
  /**
   * Returns which of a group's instances are alive, with their state; an instance that was detached from a deleted group may still run.
   * Called after the names have been listed, so that nodes that register meanwhile are not considered.
   */
  readonly livingAmong: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Nodes removed at a time, with their clients. @default 8 */
  readonly concurrency?: number;
  /** Region of the group; nodes that report another region are kept. @default any */
  readonly region?: string;
  /** Account of the group; nodes that report another account are kept. @default any */
  readonly accountId?: string;
}

/** Rounds that remove nothing because the server is overloaded or does not respond in time. */
const MOST_FRUITLESS = 3;

/** The names of a group's nodes and clients, each once: exactly those of the form `<group>-i-<hex>`. */
export async function groupNames(
  chef: Pick<ChefClient, "visitNodes" | "visitClients">,
  group: string,
): Promise<string[]> {
  const names = new Set<string>();
  const note = (name: string): void => {
    if (instanceIdOf(group, name) !== undefined) {
      names.add(name);
    }
  };
  await Promise.all([chef.visitNodes(note), chef.visitClients(note)]);
  return [...names].sort();
}

/**
 * Removes the nodes and clients of a group whose instances are no longer alive. Every such name is tried, unless the server fails in a way
 * that would affect the others too. If the server is overloaded, they are tried again at a lower rate, until three rounds have removed
 * nothing.
 *
 * @throws what `livingAmong` throws, before anything is removed; otherwise an error that counts the failures and has the first one as its
 * cause
 */
export async function removeGroup(
  chef: ChefClient,
  group: string,
  options: GroupRemovalOptions,
): Promise<GroupRemoval> {
  const { names, living } = await withoutLiving(group, await groupNames(chef, group), options);
  const done = new Map<string, Removal>();
  let failed = await removeEach(chef, group, names, done, options);
  for (let fruitless = 0; isOnlyOverload(failed) && fruitless < MOST_FRUITLESS; ) {
    const before = done.size;
    const left = names.filter((name) => !done.has(name));
    failed = await removeEach(chef, group, left, done, options);
    fruitless = done.size > before ? 0 : fruitless + 1;
  }
  if (failed.size > 0) {
    throw incomplete(group, names.length, done.size, [...failed.values()][0]);
  }
  return { ...summary(done), living };
}

async function withoutLiving(
  group: string,
  all: readonly string[],
  { livingAmong }: GroupRemovalOptions,
): Promise<{ readonly names: readonly string[]; readonly living: readonly LeftName[] }> {
  const idOf = (name: string): string => instanceIdOf(group, name) ?? "";
  const alive = await livingAmong(all.map(idOf));
  const isAlive = (name: string): boolean => alive.has(idOf(name));
  const living = all.filter(isAlive).map((name) => ({ name, why: alive.get(idOf(name)) ?? "" }));
  return { names: all.filter((name) => !isAlive(name)), living };
}

/** @returns failures by name; names that were not tried because of another failure are neither there nor in `done` */
async function removeEach(
  chef: ChefClient,
  group: string,
  names: readonly string[],
  done: Map<string, Removal>,
  { concurrency = 8, region, accountId }: GroupRemovalOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const failed = new Map<string, unknown>();
  let isOver = false;
  await forEachBounded(names, concurrency, async (name) => {
    if (isOver) {
      return;
    }
    const instanceId = instanceIdOf(group, name) ?? "";
    await removeNodeAndClient(chef, { name, instanceId, region, accountId }).then(
      (removal) => done.set(name, removal),
      (error: unknown) => {
        failed.set(name, error);
        isOver ||= isHopeless(error);
      },
    );
  });
  return failed;
}

function isOnlyOverload(failed: ReadonlyMap<string, unknown>): boolean {
  const isOverload = (error: unknown) =>
    isChefError(error) && (["throttled", "timeout"].includes(error.chef.kind) || error.chef.status === 503);
  return failed.size > 0 && [...failed.values()].every(isOverload);
}

function summary(done: ReadonlyMap<string, Removal>): Omit<GroupRemoval, "living"> {
  const removed: string[] = [];
  const foreign: LeftName[] = [];
  for (const [name, { foreign: other }] of done) {
    if (other === undefined) {
      removed.push(name);
    } else {
      foreign.push({ name, why: other.reason });
    }
  }
  return { removed, foreign };
}

/** Whether a failure would affect every other request too. A refusal would not: permissions are set per object. */
export function isHopeless(error: unknown): boolean {
  const kinds = ["unauthorized", "clock-skew", "unreachable", "untrusted", "wrong-scheme", "timeout"];
  return isChefError(error) && kinds.includes(error.chef.kind);
}

function incomplete(group: string, total: number, done: number, first: unknown): Error {
  const said = first instanceof Error ? first.message : String(first);
  const message = `${done} of ${total} nodes and clients of the group '${group}' were removed; the first failure: ${said}`;
  return new Error(message, { cause: first });
}
