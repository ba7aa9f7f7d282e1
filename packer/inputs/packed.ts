import { gzipSync, strToU8 } from "fflate";

/**
 * A text as user data carries it, for `base64 --decode | gunzip`. The same on every machine, or each would make a new launch template: fflate
 * is plain JavaScript, of one version, where Node's zlib differs between its builds.
 */
export function packed(text: string): string {
  return Buffer.from(gzipSync(strToU8(text), { level: 9, mtime: 0 })).toString("base64");
}
