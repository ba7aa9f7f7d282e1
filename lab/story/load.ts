import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Lab } from "../services/lab";
import { places } from "../services/places";

/** CPU load inside one instance. */
export interface Load {
  readonly instanceId: string;
  /** Ends its process group. */
  stop(): Promise<void>;
}

/** Starts `stress -c 2` in the instance, which runs until it is stopped. */
export async function startLoad(lab: Lab, instanceId: string): Promise<Load> {
  const child = spawn(places.enter, [lab.runDir, instanceId, "stress", "-c", "2"], {
    detached: true,
    env: lab.environment,
    stdio: "ignore",
  });
  await once(child, "spawn");
  return {
    instanceId,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the load in ${instanceId} had ended by itself (${child.signalCode ?? child.exitCode})`);
      }
      const ended = once(child, "exit");
      process.kill(-(child.pid as number), "SIGTERM");
      await ended;
    },
  };
}
