import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { places, projectRoot } from "../../lab/services/places";
import type { BenchServer } from "./chef-server";

const SOURCES = join(projectRoot, "bench", "peers", "reap");
/** Folder in which the peers are installed. */
export const PEERS = join(projectRoot, ".lab", "peers", "reap");
const PYTHON_PACKAGES = join(PEERS, "python");

/** The queue server for load, a Node.js program whose argument is its port. */
export const QUEUES = join(PEERS, "queues.mjs");

/** A peer and the way in which it removes instances, one after the other. */
export type Peer = "awslabs" | "pychef-deletes" | "chef-api-search" | "chef-api-deletes";

/** Installs the peers below .lab, which is not committed, unless they are installed already. */
export async function installPeers(): Promise<void> {
  cpSync(SOURCES, PEERS, { recursive: true });
  if (!["chef-api", "fauxqs"].every((name) => existsSync(join(PEERS, "node_modules", name)))) {
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
  }
  if (!existsSync(join(PYTHON_PACKAGES, "chef"))) {
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(places.python, [...pip, "--target", PYTHON_PACKAGES, "-r", join(PEERS, "requirements.txt")]);
  }
}

/** Removes instances with a peer. @param url the server's URL for the peer @returns seconds, without the start of the peer */
export async function removeAsPeer(
  peer: Peer,
  server: BenchServer,
  ids: readonly string[],
  url: string = server.url,
): Promise<number> {
  const isPython = peer === "awslabs" || peer === "pychef-deletes";
  const program = isPython
    ? [places.python, join(PEERS, "awslabs.py")]
    : [process.execPath, join(PEERS, "chef-api.js")];
  const [command = "", ...script] = program;
  const wanted = JSON.stringify({ url, keyFile: server.keyFile, group: "web", search: !peer.endsWith("deletes"), ids });
  const printed = await run(command, script, wanted);
  return Number(JSON.parse(printed).seconds);
}

async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const environment = { ...process.env, PYTHONPATH: PYTHON_PACKAGES };
  const child = spawn(command, args, { cwd: PEERS, env: environment, stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  let said = "";
  child.stdout.on("data", (data) => {
    printed += data;
  });
  child.stderr.on("data", (data) => {
    said += data;
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`'${command} ${args.join(" ")}' ended with '${code}':\n${said}`);
  return printed;
}
