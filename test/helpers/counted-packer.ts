import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { places } from "../../lab/services/places";

/** A `packer` that records its subcommands and forwards them. */
export interface CountedPacker {
  /** Folder to put first on PATH. */
  readonly folder: string;
  /** The subcommands so far, except `version`: `build`, `init`. */
  runs(): string[];
}

/** @param chatter bytes that each build prints beforehand, as a converge may */
export function countedPacker(folder: string, chatter = 0): CountedPacker {
  const log = join(folder, "packer.log");
  const path = join(folder, "packer");
  const talk = `if [ "$1" = build ]; then yes 'a line of a converge' | head -c ${chatter}; echo; fi`;
  writeFileSync(
    path,
    `#!/bin/sh\necho "$1" >>'${log}'\n${talk}\nexec '${join(places.tools, "usr", "bin", "packer")}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  const asked = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  return { folder, runs: () => asked().filter((command) => command !== "version") };
}
