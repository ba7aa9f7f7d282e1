import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./goiardi";

/** SQS on loopback for one test: ten times as fast as moto's, with only queues and topics. */
export interface Roto {
  readonly url: string;
  stop(): Promise<void>;
}

/** Path of roto in the lab's own Python environment; undefined if it was not set up. */
export function findRoto(): string | undefined {
  const program = join(__dirname, "../../.lab/venv/bin/roto-server");
  return existsSync(program) ? program : undefined;
}

export async function startRoto(program: string): Promise<Roto> {
  const folder = await mkdtemp(join(tmpdir(), "roto-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["--ephemeral", "--data-dir", folder, "--host", "127.0.0.1", "--port", `${port}`], {
    stdio: "ignore",
  });
  await untilReady(url);
  return {
    url,
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) {
        await exited;
      }
      await rm(folder, { recursive: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    if (await fetch(url).catch(() => undefined)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`roto did not answer at ${url} within 15 seconds`);
}
