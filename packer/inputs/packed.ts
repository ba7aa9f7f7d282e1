import { gzipSync, strToU8 } from "fflate";

/**
 * A text in the form of user data, for `base64 --decode | gunzip`. It must be the same on every machine, or each would create a new launch
 * template: fflate is plain JavaScript in one version, while Node's zlib differs between builds.
 */
export function packed(text: string): string {
  return Buffer.from(gzipSync(strToU8(text), { level: 9, mtime: 0 })).toString("base64");
}
