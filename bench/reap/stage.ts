import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchServer, startBenchServer } from "./chef-server";
import { startInstances } from "./instances";
import { type QueueServer, startQueues } from "./queue";

/** The servers that all measurements share. */
export interface Stage {
  readonly server: BenchServer;
  readonly queues: QueueServer;
  /** URL of the stand-in for EC2's DescribeInstances. */
  readonly instancesUrl: string;
  /** Folder for logs; deleted when the servers stop. */
  readonly folder: string;
  stop(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "bench-reap-"));
  const [server, queues, instances] = await Promise.all([
    startBenchServer(folder),
    startQueues(folder),
    startInstances(),
  ]);
  return {
    server,
    queues,
    instancesUrl: instances.url,
    folder,
    stop: async () => {
      instances.stop();
      await Promise.all([server.stop(), queues.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
