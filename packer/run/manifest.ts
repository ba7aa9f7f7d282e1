import { isRecord, parseJson } from "../../chef/json";

/** The part of Packer's manifest that tells the image. @see https://developer.hashicorp.com/packer/docs/post-processors/manifest */
interface Manifest {
  readonly last_run_uuid?: string;
  readonly builds?: readonly { readonly packer_run_uuid?: string; readonly artifact_id?: string }[];
}

/**
 * The images that Packer's last run made, by region. A manifest grows with every run, so the newest entries are told by the run's id.
 * @param text what the manifest post-processor wrote
 * @param regions where images are wanted
 * @throws when the text is no whole manifest, or the last run made no image in one of the regions, or more than one
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
  throw new Error(`Packer's manifest is cut off or no JSON: it begins '${text.slice(0, 80)}'; run the update again`);
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
