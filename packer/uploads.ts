import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type KeyReference, resolveKey } from "../components/keys";
import type { BakeSpec } from "./spec";

/** Files of this machine that Packer copies to the instance. */
export interface Uploads {
  /** All folders of the spec in one archive, as paths from the instance's root; empty where there are none. */
  readonly filesArchive: string;
  /** The validator's key where the instance cannot read it by itself; else an empty file. */
  readonly validatorKeyFile: string;
}

/**
 * Prepares what is uploaded. A key that is a file here is uploaded from where it is; one from the environment stands in
 * the bake's own folder, readable by its owner alone, which goes when the bake ends.
 *
 * @param folder of this bake, for its own time
 */
export async function prepareUploads({ files = {}, chef }: BakeSpec, folder: string): Promise<Uploads> {
  return {
    filesArchive: archive(files, folder),
    validatorKeyFile: await keyFile(chef.validator.key, folder),
  };
}

function archive(files: Readonly<Record<string, string>>, folder: string): string {
  const staging = join(folder, "files");
  mkdirSync(staging);
  for (const [place, source] of Object.entries(files)) {
    mkdirSync(join(staging, dirname(place)), { recursive: true });
    cpSync(resolve(source), join(staging, place), { recursive: true, verbatimSymlinks: true });
  }
  const file = join(folder, "files.tar");
  execFileSync("tar", ["--create", "--file", file, "--directory", staging, "."]);
  return file;
}

async function keyFile(key: KeyReference, folder: string): Promise<string> {
  const isHere = "file" in key || "environment" in key;
  // Also a file is read, so that a wrong one is told before anything is created
  const text = isHere ? await resolveKey(key) : "";
  if ("file" in key) return resolve(key.file);
  const file = join(folder, "validator.pem");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
