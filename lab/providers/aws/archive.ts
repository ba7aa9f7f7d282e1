import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { zipSync } from "fflate";
import { isObject, SIGNATURE, type Value } from "../values";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Content of an archive's files by path. */
type Files = Record<string, Uint8Array>;

/**
 * Zips a Pulumi archive: a folder or a zip file (`FileArchive`), or a map of assets and archives (`AssetArchive`). The same files
 * always result in the same bytes.
 *
 * @throws if the archive has another type or a path cannot be read
 */
export async function zipArchive(archive: Value | undefined): Promise<Uint8Array> {
  if (
    isObject(archive) &&
    archive[SIGNATURE] === ARCHIVE &&
    typeof archive.path === "string" &&
    archive.path.endsWith(".zip")
  ) {
    return readFile(archive.path);
  }
  // A fixed date, so that the hash of the code does not depend on the time. 1980 is the first year that a zip can represent.
  return zipSync(await archiveFiles(archive), { mtime: new Date(1980, 0, 1, 12) });
}

async function archiveFiles(archive: Value | undefined): Promise<Files> {
  if (isObject(archive) && archive[SIGNATURE] === ARCHIVE) {
    if (isObject(archive.assets)) return assetFiles(archive.assets);
    if (typeof archive.path === "string") return folderFiles(archive.path);
  }
  throw new Error(
    `'code' must be a FileArchive or an AssetArchive, got ${JSON.stringify(archive)?.slice(0, 200)}; give it as one of those`,
  );
}

async function assetFiles(assets: Record<string, Value>): Promise<Files> {
  const files: Files = {};
  for (const [name, asset] of Object.entries(assets).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (isObject(asset) && asset[SIGNATURE] === ASSET) files[name] = await assetBytes(name, asset);
    else for (const [path, bytes] of Object.entries(await archiveFiles(asset))) files[`${name}/${path}`] = bytes;
  }
  return files;
}

async function assetBytes(name: string, asset: Record<string, Value>): Promise<Uint8Array> {
  if (typeof asset.text === "string") return Buffer.from(asset.text);
  if (typeof asset.path === "string") return readFile(asset.path);
  throw new Error(`the asset '${name}' must be a FileAsset or a StringAsset; the lab fetches nothing from elsewhere`);
}

async function folderFiles(folder: string): Promise<Files> {
  if (!(await stat(folder)).isDirectory())
    throw new Error(`'${folder}' must be a folder or a .zip file; name one of those`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: Files = {};
  for (const path of paths.sort()) files[relative(folder, path)] = await readFile(path);
  return files;
}
