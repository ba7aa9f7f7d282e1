import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchServer, startBenchServer } from "./chef-server";
import { startInstances } from "./instances";
import { type QueueServer, startQueues } from "./queue";

/** The servers that all is measured with. */
export interface Stage {
  readonly server: BenchServer;
  readonly queues: QueueServer;
  /** Where DescribeInstances is answered. */
  readonly instancesUrl: string;
  /** For logs; it goes with the stage. */
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
