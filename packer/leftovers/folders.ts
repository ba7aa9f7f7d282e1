import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bakeOfNode, type Leftover } from "./leftover";

/** Begins the names of bakes' private folders. Short, because Packer's sockets lie in there and their paths are limited. */
export const FOLDER_PREFIX = "chefbake-";
/** Tells whose bake it is, unless the folder was being removed when all was killed. */
export const VARIABLES_FILE = "bake.pkrvars.json";

/** The private folders of bakes on this machine. */
export function bakeFolders(): Leftover[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(FOLDER_PREFIX))
    .map((name) => folderLeft(join(tmpdir(), name)));
}

function folderLeft(id: string): Leftover {
  const node = nodeOf(join(id, VARIABLES_FILE));
  const remove = async () => rmSync(id, { recursive: true, force: true });
  return { kind: "folder", id, bake: node && bakeOfNode(node), node, since: statSync(id).birthtime, remove };
}

function nodeOf(variables: string): string | undefined {
  const text = existsSync(variables) ? readFileSync(variables, "utf8") : "";
  return text ? (JSON.parse(text) as { node_name?: string }).node_name : undefined;
}
