import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autoScalingRole } from "../iam/auto-scaling-role";
import { type Explanation, explainFailures, missingServiceRole } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";

/**
 * The volume an instance boots from: always encrypted, gone with the instance.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
 */
export type RootVolume = VolumeKey & {
  /** Size in GiB, not below the image's: 1 to 65,536 (gp3), 4 to 16,384 (io1) or 65,536 (io2). @default that of the image */
  readonly sizeGib?: number;
} & (
    | {
        /** Kind of the volume. @default "gp3" */
        readonly kind?: "gp3";
        /** 3,000 to 80,000, and at most 500 for each GiB. @default 3,000 */
        readonly iops?: number;
        /** MiB in a second, 125 to 2,000, and at most a quarter of the IOPS. @default 125 */
        readonly throughputMibps?: number;
      }
    | {
        readonly kind: "io1" | "io2";
        /** 100 to 64,000 (io1, at most 50 for each GiB) or 256,000 (io2, at most 1,000 for each GiB). */
        readonly iops: number;
        readonly throughputMibps?: never;
      }
  );

export interface VolumeKey {
  /** ARN of the customer-managed KMS key that encrypts it. @default the account's default key for EBS */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * Lets Auto Scaling's service-linked role use that key. Without a grant (or the same in the key's policy) instances
   * end as soon as they start, with `Client.InvalidKMSKey.InvalidState` or `Client.InternalError: Client error on launch`.
   *
   * @default true
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
   */
  readonly grantKey?: boolean;
}

/** What AWS's own instructions grant. */
const OPERATIONS = [
  "Encrypt",
  "Decrypt",
  "ReEncryptFrom",
  "ReEncryptTo",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "DescribeKey",
  "CreateGrant",
];

/** The grant a volume's own key needs before a group can launch with it; none where there is no such key. */
export function grantVolumeKey(
  name: string,
  volume: RootVolume,
  passOn: PassOn<"volumeKeyGrant" | "group"> | undefined,
  parent: pulumi.Resource,
): aws.kms.Grant | undefined {
  if (!volume.kmsKeyArn || volume.grantKey === false) return undefined;
  const onError = explainFailures(`${name}-grant-refused`, [missingServiceRole(`the volumes of group "${name}"`)]);
  return merge(
    "volumeKeyGrant",
    {
      keyId: volume.kmsKeyArn,
      granteePrincipal: autoScalingRole(passOn?.group?.serviceLinkedRoleArn, parent),
      operations: OPERATIONS,
    },
    passOn?.volumeKeyGrant,
    (merged) => new aws.kms.Grant(`${name}-volume-key`, merged, { parent, hooks: { onError } }),
  );
}

/**
 * What users meet where Auto Scaling may not use a volume's key: instances that end as they start.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
 */
export function unusableKey(group: string, { kmsKeyArn, grantKey = true }: RootVolume): Explanation {
  const failure = /InvalidKMSKey|Client\.InternalError|Client error on launch/;
  const meaning = `Auto Scaling could not use the KMS key that encrypts the volumes of group "${group}"`;
  if (!kmsKeyArn) {
    const fix = "name the key of the image, or the account's default for EBS, in 'rootVolume.kmsKeyArn'";
    return { failure, meaning: `${meaning}; ${fix}, which grants it to AWSServiceRoleForAutoScaling` };
  }
  const fix = grantKey
    ? "see that it is enabled, in this region, and that its policy lets who runs this update create grants"
    : "leave 'grantKey' out, or let the key's policy permit AWSServiceRoleForAutoScaling";
  return { failure, meaning: `${meaning}; ${fix}` };
}

/** The volume's shape in both kinds of launch source. */
export function volumeShape({ kind = "gp3", sizeGib, iops, throughputMibps }: RootVolume) {
  return { volumeType: kind, volumeSize: sizeGib, iops, throughput: throughputMibps };
}

interface Bounds {
  readonly sizeGib: readonly [least: number, most: number];
  readonly iops: readonly [least: number, most: number];
  readonly iopsPerGib: number;
}

const BOUNDS: Readonly<Record<"gp3" | "io1" | "io2", Bounds>> = {
  gp3: { sizeGib: [1, 65_536], iops: [3_000, 80_000], iopsPerGib: 500 },
  io1: { sizeGib: [4, 16_384], iops: [100, 64_000], iopsPerGib: 50 },
  io2: { sizeGib: [4, 65_536], iops: [100, 256_000], iopsPerGib: 1_000 },
};
const GP3_THROUGHPUT = [125, 2_000] as const;
const GP3_IOPS = 3_000;

export function rootVolumeIssues(volume: RootVolume = {}, launch: "template" | "configuration"): ValidationIssue[] {
  const { kind = "gp3", sizeGib, iops } = volume;
  const { sizeGib: sizes, iops: range, iopsPerGib } = BOUNDS[kind];
  const wrong: ValidationIssue[] = [...throughputIssues(volume)];
  if (sizeGib !== undefined && !within(sizeGib, sizes)) {
    const fix = "leave it out for the image's size";
    wrong.push({
      property: "rootVolume.sizeGib",
      value: sizeGib,
      expected: `${sizes.join(" to ")} GiB for ${kind}`,
      fix,
    });
  }
  // Configuration files are not held by the type
  if ((kind !== "gp3" && iops === undefined) || (iops !== undefined && !within(iops, range))) {
    const expected = `${range.join(" to ")} for ${kind}`;
    wrong.push({ property: "rootVolume.iops", value: iops, expected, fix: "take what the volume really needs" });
  }
  // What a gp3 volume has by itself needs no size
  if (
    iops !== undefined &&
    sizeGib !== undefined &&
    iops > iopsPerGib * sizeGib &&
    !(kind === "gp3" && iops === GP3_IOPS)
  ) {
    const expected = `at most ${iopsPerGib} for each GiB (${iopsPerGib * sizeGib})`;
    wrong.push({ property: "rootVolume.iops", value: iops, expected, fix: "raise 'sizeGib' or lower 'iops'" });
  }
  if (volume.kmsKeyArn && launch === "configuration") {
    const expected = "no key of its own with a launch configuration";
    const fix = "AWS takes none there; use a launch template, or encrypt the image with the key";
    wrong.push({ property: "rootVolume.kmsKeyArn", value: "given", expected, fix });
  }
  return wrong;
}

/** What only the image's own size shows, where it is known. */
export function imageVolumeIssues(volume: RootVolume, imageSizeGib: number | undefined): ValidationIssue[] {
  if (imageSizeGib === undefined) return [];
  if (volume.sizeGib === undefined) return rootVolumeIssues({ ...volume, sizeGib: imageSizeGib }, "template");
  if (volume.sizeGib >= imageSizeGib) return [];
  const expected = `at least the image's own ${imageSizeGib} GiB`;
  return [
    { property: "rootVolume.sizeGib", value: volume.sizeGib, expected, fix: "leave it out for the image's size" },
  ];
}

function throughputIssues({
  kind = "gp3",
  iops = GP3_IOPS,
  throughputMibps: throughput,
}: RootVolume): ValidationIssue[] {
  if (throughput === undefined) return [];
  const property = "rootVolume.throughputMibps";
  if (kind !== "gp3") {
    return [{ property, value: throughput, expected: "none with io1 and io2", fix: "use gp3, or leave it out" }];
  }
  if (!within(throughput, GP3_THROUGHPUT)) {
    const expected = `${GP3_THROUGHPUT.join(" to ")} MiB in a second`;
    return [{ property, value: throughput, expected, fix: "leave it out for 125" }];
  }
  if (throughput * 4 <= iops) return [];
  return [
    { property, value: throughput, expected: `at most a quarter of the IOPS (${iops / 4})`, fix: "raise 'iops'" },
  ];
}

function within(value: number, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
