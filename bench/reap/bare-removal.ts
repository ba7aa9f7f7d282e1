import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Agent } from "node:http";
import { nodeName, signedHeaders } from "../../components/chef";
import { forEachBounded } from "../../components/chef/concurrency";
import { type BareRequest, connections, send } from "./bare-http";
import { type BenchServer, GROUP } from "./chef-server";

const SIGNATURES = 400;

export interface BareRemovalOptions {
  /** Signed before the clock starts, or each when it is sent. */
  readonly signed: "beforehand" | "as sent";
  /** Asks for the node first, as a reaper has to. */
  readonly withGet: boolean;
  readonly connections: number;
}

/** Removes instances by a bare HTTP client that checks, logs and counts nothing. @returns instances a second */
export async function removeBare(
  server: BenchServer,
  ids: readonly string[],
  { signed, withGet, connections: most }: BareRemovalOptions,
): Promise<number> {
  const remover = bareRemover(server, connections(most));
  const beforehand = signed === "beforehand" ? new Map<string, BareRequest[]>() : undefined;
  for (const id of beforehand ? ids : []) beforehand?.set(id, await Promise.all(remover.requests(id, withGet)));
  const started = performance.now();
  await forEachBounded(ids, most, (id) => remover.send(beforehand?.get(id) ?? remover.requests(id, withGet)));
  const seconds = (performance.now() - started) / 1000;
  remover.agent.destroy();
  return ids.length / seconds;
}

/** What removes an instance at least. */
export interface BareRemover {
  readonly agent: Agent;
  /** Signed one after the other, as each is asked for. */
  requests(id: string, withGet: boolean): Iterable<Promise<BareRequest>>;
  send(requests: Iterable<BareRequest | Promise<BareRequest>>): Promise<void>;
}

export function bareRemover(server: BenchServer, agent: Agent): BareRemover {
  const key = createPrivateKey(server.key);
  return {
    agent,
    requests: function* (id, withGet) {
      const name = nodeName(GROUP, id);
      if (withGet) yield signedRequest(server.url, "GET", `/nodes/${name}`, key);
      yield signedRequest(server.url, "DELETE", `/clients/${name}`, key);
      yield signedRequest(server.url, "DELETE", `/nodes/${name}`, key);
    },
    send: async (requests) => {
      for (const request of requests) await send(await request, agent);
    },
  };
}

async function signedRequest(
  url: string,
  method: "GET" | "DELETE",
  path: string,
  key: KeyObject,
): Promise<BareRequest> {
  const signed = await headersFor(method, path, key);
  return { method, url: url + path, headers: { ...signed, Accept: "application/json", "X-Chef-Version": "18.5.0" } };
}

function headersFor(method: string, path: string, key: KeyObject): Promise<Record<string, string>> {
  const who = { userId: "admin", key, version: "1.3", serverApiVersion: "1" } as const;
  return signedHeaders({ ...who, method, path, body: "", timestamp: new Date() });
}

/** CPU of one signature, milliseconds, and how many cores share the signing. */
export async function signingCost(pem: string): Promise<{ readonly cpuMs: number; readonly cores: number }> {
  const key = createPrivateKey(pem);
  await Promise.all(Array.from({ length: 20 }, () => headersFor("DELETE", "/nodes/x", key)));
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await Promise.all(Array.from({ length: SIGNATURES }, (_, index) => headersFor("DELETE", `/nodes/${index}`, key)));
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  return { cpuMs: cpuMs / SIGNATURES, cores: cpuMs / (performance.now() - started) };
}
