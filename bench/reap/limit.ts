import { createPrivateKey, type KeyObject } from "node:crypto";
import http from "node:http";
import { availableParallelism } from "node:os";
import { nodeName, signedHeaders } from "../../components/chef";
import { forEachBounded } from "../../components/chef/concurrency";
import { type BenchServer, GROUP } from "./chef-server";
import { cpuSecondsOf } from "./cpu";

const CONCURRENCY = 16;
const SIGNATURES = 400;

/** What the same requests cost at least. */
export interface Limit {
  /** Instances a second when requests signed beforehand are sent by a bare HTTP client. */
  readonly presigned: number;
  /** CPU of that client and of the server for one instance, milliseconds. */
  readonly cpuMs: number;
}

type Method = "GET" | "DELETE";

/** Removes instances by requests that were signed before. @param withGet asks for the node first, as the reaper has to */
export async function presignedLimit(server: BenchServer, ids: readonly string[], withGet: boolean): Promise<Limit> {
  const key = createPrivateKey(server.key);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const all = await Promise.all(ids.map((id) => signedRequests(nodeName(GROUP, id), key, withGet)));
  const [cpu, started] = [cpuOfBoth(server), performance.now()];
  await forEachBounded(all, CONCURRENCY, async (requests) => {
    for (const request of requests) await raw(server, request, agent);
  });
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = ((cpuOfBoth(server) - cpu) * 1000) / ids.length;
  agent.destroy();
  return { presigned: ids.length / seconds, cpuMs };
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

/** Instances a second when all cores did nothing but what cannot be left out: the requests and their signatures. */
export function cpuBoundLimit({ cpuMs }: Limit, signatures: number, signatureCpuMs: number): number {
  return (availableParallelism() * 1000) / (cpuMs + signatures * signatureCpuMs);
}

function cpuOfBoth(server: BenchServer): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + cpuSecondsOf(server.service.pid);
}

interface SignedRequest {
  readonly method: Method;
  readonly path: string;
  readonly headers: Record<string, string>;
}

function signedRequests(name: string, key: KeyObject, withGet: boolean): Promise<SignedRequest[]> {
  const deletes: [Method, string][] = [
    ["DELETE", `/clients/${name}`],
    ["DELETE", `/nodes/${name}`],
  ];
  const requests: [Method, string][] = withGet ? [["GET", `/nodes/${name}`], ...deletes] : deletes;
  return Promise.all(
    requests.map(async ([method, path]) => ({ method, path, headers: await headersFor(method, path, key) })),
  );
}

function headersFor(method: Method, path: string, key: KeyObject): Promise<Record<string, string>> {
  const who = { userId: "admin", key, version: "1.3", serverApiVersion: "1" } as const;
  return signedHeaders({ ...who, method, path, body: "", timestamp: new Date() });
}

function raw(server: BenchServer, { method, path, headers }: SignedRequest, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, Accept: "application/json", "X-Chef-Version": "18.5.0" };
    const request = http.request(`${server.url}${path}`, { method, agent, headers: all }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode} ${path}`)),
      );
    });
    request.on("error", reject);
    request.end();
  });
}
