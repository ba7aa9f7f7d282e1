import type { ChefClient } from "../../chef/client";
import { instanceIdOf } from "../../chef/names";
import type { ReconcileProgress } from "./report";

/** A group's names on a Chef server. */
export interface ListedNames {
  readonly nodes: number;
  readonly clients: number;
  /** Each instance once, whether it has a node, a client or both. */
  readonly instanceIds: ReadonlySet<string>;
}

const PROGRESS_EVERY = 1000;

/** Lists a group's instances by the names of nodes and clients. Keeps only their ids: about 100 bytes each, nothing for others' names. */
export async function listNames(
  chef: ChefClient,
  group: string,
  onProgress: (progress: ReconcileProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<ListedNames> {
  const instanceIds = new Set<string>();
  const seen = { nodes: 0, clients: 0 };
  const note = (kind: "nodes" | "clients") => (name: string) => {
    const id = instanceIdOf(group, name);
    if (id === undefined) {
      return;
    }
    instanceIds.add(copied(id));
    seen[kind]++;
    if ((seen.nodes + seen.clients) % PROGRESS_EVERY === 0) {
      onProgress({ step: "list", done: seen.nodes + seen.clients });
    }
  };
  await chef.visitNodes(note("nodes"));
  signal?.throwIfAborted();
  await chef.visitClients(note("clients"));
  onProgress({ step: "list", done: seen.nodes + seen.clients });
  return { ...seen, instanceIds };
}

/** A substring keeps the whole text in memory; a copy does not. */
function copied(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
