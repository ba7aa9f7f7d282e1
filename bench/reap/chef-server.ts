import { createPublicKey } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import getPort from "get-port";
import { type ChefClient, createChefClient, nodeName } from "../../chef";
import { forEachBounded } from "../../common/concurrency";
import { places } from "../../lab/services/places";
import { answers, type Service, startReadyService } from "../../lab/services/process";
import { instanceId } from "../../test/helpers/chef-objects";
import { cpuSecondsOf } from "./cpu";

export const GROUP = "web";
const IDLE_EVERY_MS = 500;
/** Seconds of CPU time that an idle server may use in that interval. */
const IDLE_SECONDS = 0.02;

/** A Chef server that holds a group's nodes and clients. */
export interface BenchServer {
  readonly url: string;
  readonly service: Service;
  readonly folder: string;
  readonly keyFile: string;
  readonly key: string;
  /** A client with the administrator's key. */
  readonly chef: ChefClient;
  /**
   * Registers the nodes and clients of this number of new instances, then waits until the server has indexed them: indexing takes
   * seconds of CPU time that do not belong to the removal.
   * @returns their instance ids
   */
  register(count: number): Promise<string[]>;
  /** @throws if a node or client of the group is left, since the measurement is then invalid */
  assertEmpty(): Promise<void>;
  /** Removes the group's remaining nodes and clients. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts goiardi with all data in memory, since its periodic writes to disk do not belong to the removal. */
export async function startBenchServer(folder: string): Promise<BenchServer> {
  const port = await getPort();
  const url = `http://127.0.0.1:${port}`;
  const conf = join(folder, "goiardi");
  mkdirSync(conf, { recursive: true, mode: 0o700 });
  const options = {
    name: "goiardi",
    command: join(places.tools, "usr", "bin", "goiardi"),
    args: ["-A", "-I", "127.0.0.1", "-H", "localhost", "-P", `${port}`, `--conf-root=${conf}`],
    logFile: join(folder, "goiardi.log"),
  };
  const service = await startReadyService(options, () => answers(`${url}/principals/admin`));
  const keyFile = join(conf, "admin.pem");
  const key = readFileSync(keyFile, "utf8");
  const chef = createChefClient({ serverUrl: url, clientName: "admin", key, timeoutMs: 60_000 });
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  let registered = 0;
  return {
    url,
    service,
    folder: conf,
    keyFile,
    key,
    chef,
    register: async (count) => {
      const ids = Array.from({ length: count }, (_, index) => instanceId(registered + index));
      registered += count;
      await forEachBounded(ids, 16, (id) => registerOne(chef, id, publicKey));
      await atRest(service.pid);
      return ids;
    },
    assertEmpty: async () => {
      const left = await namesLeft(chef);
      if (left.length > 0) throw new Error(`${left.length} nodes or clients were left, so the figure means nothing`);
    },
    clear: async () => {
      await forEachBounded(await namesLeft(chef), 16, async (name) => {
        await chef.deleteClient(name);
        await chef.deleteNode(name);
      });
    },
    stop: async () => {
      chef.close();
      await service.stop();
    },
  };
}

/** Waits until the process uses almost no CPU time. */
async function atRest(pid: number): Promise<void> {
  for (let before = Number.NEGATIVE_INFINITY, now = cpuSecondsOf(pid); now - before > IDLE_SECONDS; ) {
    await setTimeout(IDLE_EVERY_MS);
    [before, now] = [now, cpuSecondsOf(pid)];
  }
}

/** All clients share one public key, since only their removal is measured. */
async function registerOne(chef: ChefClient, id: string, publicKey: string): Promise<void> {
  const name = nodeName(GROUP, id);
  await chef.createClient({ name, publicKey });
  const automatic = { ec2: { instance_id: id } };
  await chef.createNode({ name, chef_type: "node", json_class: "Chef::Node", run_list: [], automatic });
}

async function namesLeft(chef: ChefClient): Promise<string[]> {
  const names = new Set([...(await chef.listNodes()), ...(await chef.listClients())]);
  return [...names].filter((name) => name.startsWith(`${GROUP}-i-`));
}
