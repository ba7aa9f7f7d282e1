import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type KeyReference, resolveKey } from "../../chef/keys";
import type { BakeSpec } from "../spec/spec";
import { treeDigests } from "./tree";

/** Files of this machine that Packer copies to the instance. */
export interface Uploads {
  /** All folders of the spec in one archive, as paths from the instance's root; without a file where there are none. */
  readonly filesArchive: string;
  /** Content address of each of them as it is in the archive, by its place on the instance. */
  readonly trees: Readonly<Record<string, string>>;
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
    ...archive(files, folder),
    validatorKeyFile: await keyFile(chef.validator.key, folder),
  };
}

/** Each in a folder of its own, because the place of one may be below that of another. */
function archive(files: Readonly<Record<string, string>>, folder: string): Pick<Uploads, "filesArchive" | "trees"> {
  const filesArchive = join(folder, "files.tar");
  const roots = [join(folder, "files")];
  const staged: Record<string, string> = {};
  mkdirSync(join(folder, "files"));
  for (const [place, source] of Object.entries(files)) {
    const root = join(folder, `files${roots.length}`);
    roots.push(root);
    staged[place] = join(root, place);
    mkdirSync(dirname(join(root, place)), { recursive: true });
    cpSync(realpathSync(source), join(root, place), { recursive: true, verbatimSymlinks: true });
  }
  const contents = roots.flatMap((root) => ["--directory", root, "."]);
  execFileSync("tar", ["--create", "--file", filesArchive, ...contents]);
  return { filesArchive, trees: treeDigests(staged) };
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
