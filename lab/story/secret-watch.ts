import { readFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { commandLines } from "../services/command-lines";
import type { Lab } from "../services/lab";

/** Knows the private keys of the run and searches for them where they must not be. */
export interface SecretWatch {
  /** Adds a key as PEM text, with a name for people. */
  add(name: string, pem: string): void;
  /** Numbers of known keys and of command lines checked so far. */
  counts(): { readonly keys: number; readonly commandLines: number };
  /** Searches text for keys. @throws an error with the place and the name of the key, never its content */
  assertAbsentFrom(place: string, text: string): void;
  /** Searches all files of the run except those that are meant to hold a key. @returns the number of files */
  assertAbsentFromFiles(): Promise<number>;
  stop(): void;
}

interface Needle {
  readonly name: string;
  readonly text: string;
}

/** Short enough to see all but the briefest programs that the bake and the instances start. */
const argumentSampleMilliseconds = 100;

/** Files that may hold a private key: the servers' own, the operator's, and each instance's own client and host keys. */
const homesOfKeys = [
  /^goiardi\/[^/]+\.pem$/,
  /^operator\.pem$/,
  /^instances\/[^/]+\/(.+\/)?etc\/chef\/client\.pem$/,
  /^(base|instances\/[^/]+|images\/[^/]+)\/(.+\/)?etc\/ssh(-[a-z]+)?\/ssh_host_[a-z0-9]+_key$/,
];

/** Starts to watch for the keys of the lab's validator and operator. */
export function watchSecrets(lab: Pick<Lab, "runDir" | "keys">): SecretWatch {
  const needles: Needle[] = [];
  const inArguments: string[] = [];
  const seenCommandLines = new Set<string>();
  const add = (name: string, pem: string): void => void needles.push({ name, text: heartOf(pem) });
  for (const client of Object.values(lab.keys)) {
    add(`the key of '${client.name}'`, readFileSync(client.keyFile, "utf8"));
  }
  const timer = setInterval(() => {
    for (const line of commandLines()) {
      seenCommandLines.add(line);
      inArguments.push(...found(needles, line));
    }
  }, argumentSampleMilliseconds);
  timer.unref();
  return {
    add,
    counts: () => ({ keys: needles.length, commandLines: seenCommandLines.size }),
    assertAbsentFrom: (place, text) => assertNone(place, found(needles, text)),
    assertAbsentFromFiles: () => {
      assertNone("a command line", inArguments);
      return assertAbsentFromFiles(lab.runDir, needles);
    },
    stop: () => clearInterval(timer),
  };
}

/** A line from the middle of the key. Every copy contains it, whatever its line endings are. */
function heartOf(pem: string): string {
  const lines = pem.trim().split("\n");
  return lines[Math.floor(lines.length / 2)].trim();
}

function found(needles: readonly Needle[], text: string): string[] {
  return needles.filter((needle) => text.includes(needle.text)).map((needle) => needle.name);
}

function assertNone(place: string, names: readonly string[]): void {
  if (names.length > 0) {
    throw new Error(`${place} contains ${[...new Set(names)].join(" and ")}; keys must be read where they are used`);
  }
}

async function assertAbsentFromFiles(runDir: string, needles: readonly Needle[]): Promise<number> {
  const files = (await filesBelow(runDir)).filter((file) => !isHomeOfKey(relative(runDir, file)));
  for (const file of files) {
    assertNone(relative(runDir, file), found(needles, await readFile(file, "latin1")));
  }
  return files.length;
}

function isHomeOfKey(path: string): boolean {
  return homesOfKeys.some((home) => home.test(path));
}

/** Regular files below a folder, without those on other mounted file systems. */
async function filesBelow(folder: string, device?: number): Promise<string[]> {
  const { dev } = await stat(folder);
  if (device !== undefined && dev !== device) {
    return [];
  }
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => filesBelow(join(folder, entry.name), dev));
  const own = entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name));
  return [...own, ...(await Promise.all(nested)).flat()];
}
