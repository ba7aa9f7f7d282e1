import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A line from the middle of a key file: what must not turn up anywhere. */
export function keyLine(file: string): string {
  const line = readFileSync(file, "utf8").split("\n")[10];
  if (!line || line.length < 60) throw new Error(`'${file}' has no line of a key at its line 11`);
  return line;
}

/** Paths of the regular files below a folder. Devices, which is how an overlay says that a file is gone, are left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files below a folder that have one of these names. */
export function filesNamed(folder: string, names: readonly string[]): string[] {
  return filesBelow(folder).filter((path) => names.includes(basename(path)));
}

/** The files below a folder in which one of the texts stands. */
export function filesHolding(folder: string, texts: readonly string[]): string[] {
  return filesBelow(folder).filter((path) => {
    const content = readFileSync(path, "latin1");
    return texts.some((text) => text !== "" && content.includes(text));
  });
}

/** Looks at the arguments of every process of this machine, again and again; `end` tells which held one of the texts. */
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
