import { isChefError } from "../chef/chef-error";
import { type ChefClient, createChefClient } from "../chef/client";
import type { KeyReference } from "../chef/keys/key-reference";
import type { ReaperSettings } from "./settings/settings";

/** A client of the Chef server whose key is read once, and again if the server refuses it. */
export interface ChefAccess {
  use<T>(action: (chef: ChefClient) => Promise<T>): Promise<T>;
}

interface Opened {
  readonly pem: string;
  readonly chef: ChefClient;
}

/** Minimum time between two lookups of a refused key, whatever the number of messages. */
const LEAST_BETWEEN_LOOKUPS_MS = 30_000;

/** @param readKey resolves the reference to PEM text */
export function createChefAccess(
  settings: ReaperSettings["chef"],
  readKey: (reference: KeyReference) => Promise<string>,
  now: () => number = Date.now,
): ChefAccess {
  let current: Promise<Opened> | undefined;
  let lookedUpAt = 0;
  const open = async (): Promise<Opened> => {
    lookedUpAt = now();
    const pem = await readKey(settings.key);
    return { pem, chef: createChefClient({ ...connectionOf(settings), key: pem }) };
  };
  const opened = (): Promise<Opened> => {
    current ??= open().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  };
  const afterRefusal = async (refused: Opened): Promise<Opened> => {
    const latest = await opened();
    if (latest === refused && now() - lookedUpAt >= LEAST_BETWEEN_LOOKUPS_MS) {
      current = undefined;
    }
    return opened();
  };
  return {
    use: async (action) => {
      const first = await opened();
      try {
        return await action(first.chef);
      } catch (error) {
        const second = isRefusal(error) ? await afterRefusal(first) : first;
        if (second.pem === first.pem) {
          throw error;
        }
        return action(second.chef);
      }
    },
  };
}

function connectionOf(settings: ReaperSettings["chef"]) {
  const { key: _reference, ...connection } = settings;
  // A request that would wait longer for its turn than for its response returns to the queue, where
  // waiting costs nothing.
  return { ...connection, patienceMs: settings.timeoutMs };
}

function isRefusal(error: unknown): boolean {
  return isChefError(error) && error.chef.kind === "unauthorized";
}
