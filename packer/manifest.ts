/** The part of Packer's manifest that tells the image. @see https://developer.hashicorp.com/packer/docs/post-processors/manifest */
interface Manifest {
  readonly last_run_uuid?: string;
  readonly builds?: readonly { readonly packer_run_uuid?: string; readonly artifact_id?: string }[];
}

/**
 * The images that Packer's last run made, by region. A manifest grows with every run, so the newest entry is told by the run's id.
 * @param text what the manifest post-processor wrote
 * @param regions where images are wanted
 * @throws when the last run made none in one of them
 */
export function imageIdsOf(text: string, regions: readonly string[]): Record<string, string> {
  const manifest = JSON.parse(text) as Manifest;
  const run = manifest.last_run_uuid;
  const build = manifest.builds?.find((candidate) => run !== undefined && candidate.packer_run_uuid === run);
  const artifacts = build?.artifact_id?.split(",") ?? [];
  return Object.fromEntries(regions.map((region) => [region, imageIdIn(region, artifacts)]));
}

function imageIdIn(region: string, artifacts: readonly string[]): string {
  const found = artifacts.find((artifact) => artifact.startsWith(`${region}:ami-`));
  if (found) return found.slice(region.length + 1);
  const got = artifacts.join(", ") || "none";
  throw new Error(`Packer's manifest names no image of its last run in '${region}', got '${got}'; run it again`);
}
