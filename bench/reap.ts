import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import { type ChefClient, createChefClient, nodeName, removeNodeAndClient, signedHeaders } from "../components/chef";
import { forEachBounded } from "../components/chef/concurrency";
import { type ChefServer, startGoiardi } from "../lab/services/goiardi";
import type { BenchmarkResult } from "./benchmark";

const PAIRS = 500;
const CONCURRENCY = 16;

/**
 * How fast nodes and clients leave a Chef server: the reaper's removal one by one and concurrently, against the limit, the
 * same deletions signed beforehand and sent by a bare HTTP client. The reaper asks for each node before it deletes, the limit does not.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-reap-"));
  mkdirSync(join(folder, "logs"));
  const server = await startGoiardi(folder, await getPort());
  try {
    const sequential = await pairsPerSecond(server, (chef, names) => drain(chef, names, 1));
    const concurrent = await pairsPerSecond(server, (chef, names) => drain(chef, names, CONCURRENCY));
    const limit = await presigned(server);
    return {
      unit: "pairs/s",
      rows: [
        { what: "removal, one by one", figure: sequential },
        { what: `removal, ${CONCURRENCY} at a time`, figure: concurrent },
        { what: "limit: pre-signed raw deletes", figure: limit, note: `${CONCURRENCY} at a time` },
      ],
      ratios: { of_limit: concurrent / limit, concurrent_vs_sequential: concurrent / sequential },
    };
  } finally {
    await server.service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pairsPerSecond(
  server: ChefServer,
  work: (chef: ChefClient, names: readonly string[]) => Promise<void>,
): Promise<number> {
  const chef = adminOf(server);
  const names = await register(server, chef);
  const started = performance.now();
  await work(chef, names);
  const seconds = (performance.now() - started) / 1000;
  const left = await chef.listNodes();
  chef.close();
  if (left.length > 0) throw new Error(`${left.length} nodes were left, so the figure means nothing`);
  return PAIRS / seconds;
}

function adminOf(server: ChefServer): ChefClient {
  return createChefClient({
    serverUrl: server.url,
    clientName: "admin",
    key: readFileSync(server.keyFiles.admin, "utf8"),
    maxSockets: CONCURRENCY,
  });
}

/** All clients share one public key: only their removal is measured. */
async function register(server: ChefServer, chef: ChefClient): Promise<string[]> {
  const publicKey = createPublicKey(readFileSync(server.keyFiles.admin, "utf8")).export({
    type: "spki",
    format: "pem",
  });
  const names = Array.from({ length: PAIRS }, (_, index) => nodeName("web", instanceId(index)));
  await forEachBounded(names, CONCURRENCY, async (name) => {
    await chef.createClient({ name, publicKey: publicKey as string });
    await chef.createNode({ name, chef_type: "node", json_class: "Chef::Node", run_list: [], automatic: {} });
  });
  return names;
}

function instanceId(index: number): string {
  return `i-${index.toString(16).padStart(17, "0")}`;
}

function drain(chef: ChefClient, names: readonly string[], concurrency: number): Promise<void> {
  return forEachBounded(names, concurrency, async (name) => {
    await removeNodeAndClient(chef, { name, instanceId: name.slice("web-".length) });
  });
}

async function presigned(server: ChefServer): Promise<number> {
  const key = createPrivateKey(readFileSync(server.keyFiles.admin));
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const chef = adminOf(server);
  const names = await register(server, chef);
  const paths = names.flatMap((name) => [`/clients/${name}`, `/nodes/${name}`]);
  const signed = await Promise.all(paths.map(async (path) => ({ path, headers: await headersFor(path, key) })));
  const started = performance.now();
  await forEachBounded(signed, CONCURRENCY, ({ path, headers }) => rawDelete(server, path, headers, agent));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  chef.close();
  return PAIRS / seconds;
}

function headersFor(path: string, key: ReturnType<typeof createPrivateKey>): Promise<Record<string, string>> {
  const timestamp = new Date();
  return signedHeaders({
    method: "DELETE",
    path,
    body: "",
    userId: "admin",
    key,
    version: "1.3",
    timestamp,
    serverApiVersion: "1",
  });
}

function rawDelete(
  server: ChefServer,
  path: string,
  headers: Record<string, string>,
  agent: http.Agent,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      method: "DELETE",
      agent,
      headers: { ...headers, Accept: "application/json", "X-Chef-Version": "18.5.0" },
    };
    const request = http.request(`${server.url}${path}`, options, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode} ${path}`)),
      );
    });
    request.on("error", reject);
    request.end();
  });
}
