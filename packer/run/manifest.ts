import { isRecord, parseJson } from "../../common/json";

/**
 * The part of Packer's manifest with the image.
 *
 * @see https://developer.hashicorp.com/packer/docs/post-processors/manifest
 */
interface Manifest {
  readonly last_run_uuid?: string;
  readonly builds?: readonly { readonly packer_run_uuid?: string; readonly artifact_id?: string }[];
}

/**
 * The images of Packer's last run, by region. A manifest grows with every run; the newest entries have the run's id.
 *
 * @param text content of the manifest
 * @param regions in which images are expected
 * @throws if the text is not a complete manifest, or the last run created none or several images in one of the regions
 */
export function imageIdsOf(text: string, regions: readonly string[]): Record<string, string> {
  const { last_run_uuid: run, builds } = parse(text);
  const last = (Array.isArray(builds) ? builds : []).filter((build) => run && build?.packer_run_uuid === run);
  const artifacts = last.flatMap(({ artifact_id: ids }) => (typeof ids === "string" ? ids.split(",") : []));
  return Object.fromEntries(regions.map((region) => [region, imageIdIn(region, artifacts)]));
}

function parse(text: string): Manifest {
  const manifest = parseJson(text);
  if (isRecord(manifest)) return manifest;
  throw new Error(
    `Packer's manifest is truncated or not JSON: it starts with '${text.slice(0, 80)}'; run the update again`,
  );
}

function imageIdIn(region: string, artifacts: readonly string[]): string {
  const [found, ...more] = artifacts.filter((artifact) => artifact.startsWith(`${region}:ami-`));
  if (found && more.length === 0) return found.slice(region.length + 1);
  const got = artifacts.join(", ") || "none";
  const count = found ? "more than one image" : "no image";
  throw new Error(
    `Packer's manifest names ${count} of its last run in '${region}', got '${got}'; run the update again`,
  );
}
