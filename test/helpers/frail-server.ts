import type { Answer } from "../../chef/answer";
import { chefError } from "../../chef/chef-error";
import type { ChefNode, Deletion } from "../../chef/client";
import type { Gate } from "../../chef/gate";
import type { Removing } from "../../chef/removal";
import type { VirtualClock } from "./virtual-clock";

/** The limits of a frail Chef server. */
export interface Frailty {
  /** Requests per second; further ones get 429. */
  readonly perSecond: number;
  /** Concurrent requests; with more it fails and responds to none for some seconds. */
  readonly atATime: number;
}

/** A simulated Chef server of two sets, in virtual time. */
export interface FrailServer {
  readonly nodes: Set<string>;
  readonly clients: Set<string>;
  readonly count: { requests: number; refused: number; unanswered: number; falls: number };
  /** Returns a client of it whose requests pass through its own gate. */
  clientBehind(gate: Gate): Removing;
}

const SERVICE_MS = 20;
const FALL_MS = 5000;
const TIMEOUT_MS = 8000;

export function frailServer(frailty: Frailty, clock: VirtualClock): FrailServer {
  const nodes = new Set<string>();
  const clients = new Set<string>();
  const count = { requests: 0, refused: 0, unanswered: 0, falls: 0 };
  let tokens = frailty.perSecond / 10;
  let filledAt = 0;
  let running = 0;
  let upAgainAt = 0;

  const isRefused = (): boolean => {
    const filled = tokens + ((clock.now() - filledAt) * frailty.perSecond) / 1000;
    tokens = Math.min(frailty.perSecond / 10, filled);
    filledAt = clock.now();
    return tokens < 1;
  };
  const receive = async (act: () => string): Promise<Answer> => {
    count.requests++;
    if (running > frailty.atATime && clock.now() >= upAgainAt) {
      count.falls++;
      upAgainAt = clock.now() + FALL_MS;
    }
    running++;
    await clock.sleep(SERVICE_MS);
    running--;
    if (clock.now() < upAgainAt) {
      count.unanswered++;
      await clock.sleep(TIMEOUT_MS - SERVICE_MS);
      throw chefError({ kind: "timeout", method: "ANY", path: "/" });
    }
    if (isRefused()) {
      count.refused++;
      return { status: 429, text: "" };
    }
    tokens--;
    return { status: 200, text: act() };
  };
  const clientBehind = (gate: Gate): Removing => {
    const ask = async (act: () => string): Promise<string> => {
      const tooLong = (): Error => chefError({ kind: "throttled", method: "ANY", path: "/" });
      const answer = await gate.pass(() => receive(act), tooLong as never);
      if (answer.status !== 200) throw chefError({ kind: "throttled", method: "ANY", path: "/", status: 429 });
      return answer.text;
    };
    const deleteFrom = (names: Set<string>, name: string) => ask(() => (names.delete(name) ? "deleted" : "absent"));
    return {
      getNode: async (name): Promise<ChefNode | undefined> =>
        (await ask(() => (nodes.has(name) ? "there" : ""))) ? { name } : undefined,
      deleteNode: async (name) => (await deleteFrom(nodes, name)) as Deletion,
      deleteClient: async (name) => (await deleteFrom(clients, name)) as Deletion,
    };
  };
  return { nodes, clients, count, clientBehind };
}
