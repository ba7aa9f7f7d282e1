import { readFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { commandLines } from "../services/command-lines";
import type { Lab } from "../services/lab";

/** Knows the run's private keys and looks for them where they must not be. */
export interface SecretWatch {
  /** Adds a key, PEM text, under a name for people. */
  add(name: string, pem: string): void;
  /** Number of keys watched for, and of command lines looked at so far. */
  counts(): { readonly keys: number; readonly commandLines: number };
  /** Looks for keys in text. @throws naming the place and the key, never its content */
  assertAbsentFrom(place: string, text: string): void;
  /** Looks through all files of the run except those that exist to hold a key. @returns how many files it read */
  assertAbsentFromFiles(): Promise<number>;
  stop(): void;
}

interface Needle {
  readonly name: string;
  readonly text: string;
}

/** Often enough to see every program that the bake and the instances start for longer than a blink. */
const argumentSampleMilliseconds = 100;

/** Where a private key belongs: the servers' own files, the operator's, and each instance's own client key. */
const homesOfKeys = [
  /^goiardi\/[^/]+\.pem$/,
  /^operator\.pem$/,
  /^instances\/[^/]+\/(.+\/)?etc\/chef\/client\.pem$/,
  /^(base|instances\/[^/]+|images\/[^/]+)\/(.+\/)?etc\/ssh(-[a-z]+)?\/ssh_host_[a-z0-9]+_key$/,
];

/** Watches for the keys of the lab's validator and operator from now on. */
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

/** A line from the middle of the key: it is in every copy, whatever became of the line ends. */
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

/** Regular files below a folder; folders that other file systems are mounted on are not entered. */
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
