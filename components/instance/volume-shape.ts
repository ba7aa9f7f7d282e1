import type { ValidationIssue } from "../validation/issues";

/** Size and speed of a volume, possibly from a configuration file. */
export interface VolumeShape {
  readonly kind?: "gp3" | "io1" | "io2";
  readonly sizeGib?: number;
  readonly iops?: number;
  readonly throughputMibps?: number;
}

/**
 * The volume's size and speed, for both kinds of launch source. AWS's defaults are stated: where a program leaves them out, the provider
 * keeps those of the version before, or of the volume that had this position.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/10155
 */
export function volumeShape({ kind = "gp3", sizeGib, iops, throughputMibps }: VolumeShape) {
  const speed = { iops, throughput: throughputMibps };
  if (kind !== "gp3") return { volumeType: kind, volumeSize: sizeGib, ...speed };
  const { iops: given = GP3_IOPS, throughput = GP3_THROUGHPUT[0] } = speed;
  return { volumeType: kind, volumeSize: sizeGib, iops: given, throughput };
}

interface Bounds {
  readonly sizeGib: readonly [least: number, most: number];
  readonly iops: readonly [least: number, most: number];
  readonly iopsPerGib: number;
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const BOUNDS: Readonly<Record<"gp3" | "io1" | "io2", Bounds>> = {
  gp3: { sizeGib: [1, 65_536], iops: [3_000, 80_000], iopsPerGib: 500 },
  io1: { sizeGib: [4, 16_384], iops: [100, 64_000], iopsPerGib: 50 },
  io2: { sizeGib: [4, 65_536], iops: [100, 256_000], iopsPerGib: 1_000 },
};
const GP3_THROUGHPUT = [125, 2_000] as const;
const GP3_IOPS = 3_000;

/** @param sizeFix what to do about an invalid size */
export function volumeShapeIssues(volume: VolumeShape, path: string, sizeFix: string): ValidationIssue[] {
  const { kind = "gp3", sizeGib, iops } = volume;
  const { sizeGib: sizes, iops: range, iopsPerGib } = BOUNDS[kind];
  const wrong: ValidationIssue[] = [...throughputIssues(volume, path)];
  if (sizeGib !== undefined && !within(sizeGib, sizes)) {
    const expected = `${sizes.join(" to ")} GiB for ${kind}`;
    wrong.push({ property: `${path}.sizeGib`, value: sizeGib, expected, fix: sizeFix });
  }
  // The type does not check configuration files
  if ((kind !== "gp3" && iops === undefined) || (iops !== undefined && !within(iops, range))) {
    const expected = `${range.join(" to ")} for ${kind}`;
    wrong.push({ property: `${path}.iops`, value: iops, expected, fix: "use what the volume really needs" });
  }
  // The baseline performance of a gp3 volume needs no size
  if (
    iops !== undefined &&
    sizeGib !== undefined &&
    iops > iopsPerGib * sizeGib &&
    !(kind === "gp3" && iops === GP3_IOPS)
  ) {
    const expected = `at most ${iopsPerGib} per GiB (${iopsPerGib * sizeGib})`;
    wrong.push({ property: `${path}.iops`, value: iops, expected, fix: "raise 'sizeGib' or lower 'iops'" });
  }
  return wrong;
}

function throughputIssues(
  { kind = "gp3", iops = GP3_IOPS, throughputMibps: value }: VolumeShape,
  path: string,
): ValidationIssue[] {
  if (value === undefined) return [];
  const property = `${path}.throughputMibps`;
  if (kind !== "gp3") return [{ property, value, expected: "none with io1 and io2", fix: "use gp3, or leave it out" }];
  if (!within(value, GP3_THROUGHPUT)) {
    const expected = `${GP3_THROUGHPUT.join(" to ")} MiB per second`;
    return [{ property, value, expected, fix: "leave it out for 125" }];
  }
  if (value * 4 <= iops) return [];
  return [{ property, value, expected: `at most a quarter of the IOPS (${iops / 4})`, fix: "raise 'iops'" }];
}

function within(value: number, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
