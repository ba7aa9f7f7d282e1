import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bakeOfNode, type Leftover } from "./leftover";

/** Prefix of the names of bakes' private folders. Short, because Packer's sockets are in there and their paths are limited. */
export const FOLDER_PREFIX = "chefbake-";
/** Identifies the bake of a folder, unless the folder was being removed when everything was killed. */
export const VARIABLES_FILE = "bake.pkrvars.json";

/** The private folders of this user's bakes on this machine. */
export function bakeFolders(): Leftover[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(FOLDER_PREFIX))
    .flatMap((name) => folderLeft(join(tmpdir(), name)));
}

/** Other users' folders are left to them, and a folder may disappear during the check. */
function folderLeft(id: string): Leftover[] {
  const found = statSync(id, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return [];
  const node = nodeOf(join(id, VARIABLES_FILE));
  const remove = async () => rmSync(id, { recursive: true, force: true });
  return [{ kind: "folder", id, bake: node && bakeOfNode(node), node, since: found.birthtime, remove }];
}

function nodeOf(variables: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(variables, "utf8")) as { node_name?: string }).node_name;
  } catch {
    return undefined; // not written yet, cut off by the kill, or gone
  }
}
