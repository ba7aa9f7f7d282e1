import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./goiardi";

/** An emulated AWS on loopback for one test. */
export interface Moto {
  /** The environment that makes every SDK client use it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Path of moto's server in the lab's own Python environment; undefined if it was not set up. */
export function findMoto(): string | undefined {
  const program = join(__dirname, "../../.lab/venv/bin/moto_server");
  return existsSync(program) ? program : undefined;
}

export async function startMoto(program: string): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["-H", "127.0.0.1", "-p", `${port}`], { stdio: "ignore" });
  await untilReady(url);
  return {
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) {
        await exited;
      }
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const answer = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`moto did not answer at ${url} within 30 seconds`);
}
