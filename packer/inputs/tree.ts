import { createHash } from "node:crypto";
import { closeSync, type Dirent, fstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { join, resolve } from "node:path";

/** Most files fit into one piece; larger ones are read in several. */
const PIECE_BYTES = 1 << 20;

/** Mode bits that a copy of the tree preserves and that matter there. */
const EXECUTABLE = 0o100;

/**
 * The digest of a folder: every file's path, content and executable bit, and the target of each link. Owners and times are not included,
 * since they differ between checkouts of the same files.
 *
 * @returns 64 hexadecimal digits
 * @throws if the folder or a file in it cannot be read, or it contains something other than folders, files and links
 */
export function hashTree(folder: string): string {
  const root = resolve(folder);
  const sum = createHash("sha256");
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (const [path, entry] of entriesOf(root)) {
    const file = join(root, path);
    if (entry.isSymbolicLink()) sum.update(`link\0${path}\0${readlinkSync(file)}\0`);
    else if (entry.isFile()) addFile(sum, path, file, piece);
    else throw new Error(`'${file}' is not a folder, file or link; exclude it from the files that the bake copies`);
  }
  return sum.digest("hex");
}

/** Everything below a folder except folders, by its path, sorted. */
function entriesOf(root: string): [string, Dirent][] {
  const found: [string, Dirent][] = [];
  const pending = [""];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else found.push([path, entry]);
    }
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

function addFile(sum: ReturnType<typeof createHash>, path: string, file: string, piece: Buffer): void {
  const descriptor = openSync(file, "r");
  try {
    const { size, mode } = fstatSync(descriptor);
    sum.update(`${mode & EXECUTABLE ? "program" : "file"}\0${path}\0${size}\0`);
    for (let read = size; read > 0; ) {
      read = readSync(descriptor, piece, 0, PIECE_BYTES, null);
      if (read > 0) sum.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The digest of each folder that a bake copies, by its place on the instance. */
export function treeDigests(files: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([place, folder]) => [place, hashTree(folder)]));
}
