import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type KeyReference, resolveKey } from "../../chef/keys";
import type { BakeSpec } from "../spec/spec";
import { treeDigests } from "./tree";

/** Local files that Packer copies to the instance. */
export interface Uploads {
  /** All folders of the spec in one archive, with paths from the instance's root; empty if there are none. */
  readonly filesArchive: string;
  /** Digest of each folder in the archive, by its place on the instance. */
  readonly trees: Readonly<Record<string, string>>;
  /** The validator's key if the instance cannot read it itself; otherwise an empty file. */
  readonly validatorKeyFile: string;
}

/**
 * Prepares the uploads. A key in a local file is uploaded from there; one from the environment is written to the bake's private folder,
 * readable only by its owner, and deleted when the bake ends.
 *
 * @param folder private folder of this bake
 */
export async function prepareUploads({ files = {}, chef }: BakeSpec, folder: string): Promise<Uploads> {
  return {
    ...archive(files, folder),
    validatorKeyFile: await keyFile(chef.validator.key, folder),
  };
}

/** Each in a separate folder, because the place of one may be below that of another. */
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
  // A file is read too, so that a wrong one is reported before anything is created
  const text = isHere ? await resolveKey(key) : "";
  if ("file" in key) return resolve(key.file);
  const file = join(folder, "validator.pem");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
