import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A real Chef server on loopback for one test. */
export interface Goiardi {
  readonly url: string;
  /** Key of the user `admin` as PEM. */
  readonly adminKey: string;
  /** Sends SIGTERM; the server saves its data before it exits. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the saved data. */
  start(): Promise<void>;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/** Path of the goiardi program: the lab's own, otherwise the one on PATH; undefined if there is none. */
export function findGoiardi(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [join(__dirname, "../../.lab/tools/usr/bin"), ...folders].map((folder) => join(folder, "goiardi"));
  return candidates.find((path) => existsSync(path));
}

/** Starts a Chef server with authentication enabled. */
export async function startGoiardi(program: string): Promise<Goiardi> {
  fresh ??= saveFresh(program);
  const folder = await mkdtemp(join(tmpdir(), "goiardi-"));
  await cp(await fresh, folder, { recursive: true });
  return startIn(folder, program);
}

/** Folder of a server that has only generated its keys, which takes seconds. Every later one of this process starts from a copy. */
let fresh: Promise<string> | undefined;

async function saveFresh(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "goiardi-fresh-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await (await startIn(folder, program)).stop();
  return folder;
}

async function startIn(folder: string, program: string): Promise<Goiardi> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running && running.exitCode === null && running.kill("SIGTERM")) {
      await new Promise((resolve) => running.once("exit", resolve));
    }
  };
  const start = async (): Promise<void> => {
    child = spawn(program, argumentsFor(folder, port), { stdio: "ignore" });
    await untilReady(url);
  };
  await start();
  return {
    url,
    adminKey: readFileSync(join(folder, "admin.pem"), "utf8"),
    stop,
    start,
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

function argumentsFor(folder: string, port: number): string[] {
  const files = ["-D", join(folder, "data.bin"), "-i", join(folder, "index.bin"), "-F", "1"];
  return ["-A", "-I", "127.0.0.1", "-H", "localhost", "-P", `${port}`, `--conf-root=${folder}`, ...files];
}

async function untilReady(url: string): Promise<void> {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    const answer = await fetch(`${url}/principals/admin`).catch(() => undefined);
    if (answer?.status === 200) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`goiardi did not answer at ${url} within 15 seconds`);
}

/** A port that is not in use. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
