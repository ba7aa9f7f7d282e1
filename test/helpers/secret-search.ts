import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A line from the middle of a key file, which must not appear anywhere. */
export function keyLine(file: string): string {
  const line = readFileSync(file, "utf8").split("\n")[10];
  if (!line || line.length < 60) throw new Error(`'${file}' has no line of a key at its line 11`);
  return line;
}

/** Paths of the regular files below a folder. Devices, which represent deleted files in an overlay, are skipped. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files below a folder that have one of these names. */
export function filesNamed(folder: string, names: readonly string[]): string[] {
  return filesBelow(folder).filter((path) => names.includes(basename(path)));
}

/** Files below a folder that contain one of the texts. */
export function filesHolding(folder: string, texts: readonly string[]): string[] {
  return filesBelow(folder).filter((path) => {
    const content = readFileSync(path, "latin1");
    return texts.some((text) => text !== "" && content.includes(text));
  });
}

/** Checks the arguments of every process on this machine repeatedly; `end` returns the programs that had one of the texts in theirs. */
export function watchArguments(texts: readonly string[]): { end(): string[] } {
  const found = new Set<string>();
  const look = () => {
    for (const line of commandLines())
      if (texts.some((text) => line.includes(text))) found.add(line.split("\0")[0] ?? "");
  };
  const timer = setInterval(look, 50);
  return {
    end() {
      clearInterval(timer);
      return [...found];
    },
  };
}

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readIfThere(`/proc/${pid}/cmdline`));
}

/** A process may end between being listed and being read. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
