import { createPrivateKey, type KeyObject } from "node:crypto";
import { nodeName, signedHeaders } from "../../chef";
import { forEachBounded } from "../../common/concurrency";
import { type BareRequest, connections, send } from "./bare-http";
import { type BenchServer, GROUP } from "./chef-server";

const SIGNATURES = 400;

export interface BareRemovalOptions {
  /** Whether all requests are signed before the clock starts, or each when it is sent. */
  readonly signed: "beforehand" | "as sent";
  /** Whether to request the node first, as a reaper must. */
  readonly withGet: boolean;
  readonly connections: number;
}

/** Removes instances with a bare HTTP client that checks, logs and counts nothing. @returns instances per second */
export async function removeBare(
  server: BenchServer,
  ids: readonly string[],
  { signed, withGet, connections: most }: BareRemovalOptions,
): Promise<number> {
  const remover = bareRemover(server, most);
  const each = ids.map((id) => remover.requests(id, withGet));
  const ready = signed === "beforehand" ? await Promise.all(each.map((requests) => Promise.all(requests))) : each;
  const started = performance.now();
  await forEachBounded<Requests>(ready, most, remover.send);
  const seconds = (performance.now() - started) / 1000;
  remover.close();
  return ids.length / seconds;
}

/** The requests for one instance, in order; each is signed when it is taken from the iterator. */
type Requests = Iterable<BareRequest | Promise<BareRequest>>;

/** Removes instances with the minimum of work. */
export interface BareRemover {
  requests(id: string, withGet: boolean): Iterable<Promise<BareRequest>>;
  send(requests: Requests): Promise<void>;
  close(): void;
}

/** @param most maximum number of connections */
export function bareRemover(server: BenchServer, most: number): BareRemover {
  const key = createPrivateKey(server.key);
  const agent = connections(most);
  return {
    requests: function* (id, withGet) {
      const name = nodeName(GROUP, id);
      if (withGet) yield signedRequest(server.url, "GET", `/nodes/${name}`, key);
      yield signedRequest(server.url, "DELETE", `/clients/${name}`, key);
      yield signedRequest(server.url, "DELETE", `/nodes/${name}`, key);
    },
    send: async (requests) => {
      for (const request of requests) await send(await request, agent);
    },
    close: () => agent.destroy(),
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

/** Milliseconds of CPU time per signature, and the number of cores that sign in parallel. */
export async function signingCost(pem: string): Promise<{ readonly cpuMs: number; readonly cores: number }> {
  const key = createPrivateKey(pem);
  await Promise.all(Array.from({ length: 20 }, () => headersFor("DELETE", "/nodes/x", key)));
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await Promise.all(Array.from({ length: SIGNATURES }, (_, index) => headersFor("DELETE", `/nodes/${index}`, key)));
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  return { cpuMs: cpuMs / SIGNATURES, cores: cpuMs / (performance.now() - started) };
}
