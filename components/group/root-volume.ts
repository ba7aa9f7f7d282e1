import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autoScalingRole } from "../iam/auto-scaling-role";
import type { DataVolume } from "../instance/data-volume";
import { volumeShapeIssues } from "../instance/volume-shape";
import { type Explanation, explainFailures, missingServiceRole } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";

/**
 * Root volume of an instance: always encrypted, and deleted with the instance.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
 */
export type RootVolume = VolumeKey & {
  /** Size in GiB, at least that of the image: 1 to 65,536 (gp3), 4 to 16,384 (io1) or 65,536 (io2). @default that of the image */
  readonly sizeGib?: number;
} & (
    | {
        /** Volume type. @default "gp3" */
        readonly kind?: "gp3";
        /** 3,000 to 80,000, and at most 500 per GiB. @default 3,000 */
        readonly iops?: number;
        /** MiB per second, 125 to 2,000, and at most a quarter of the IOPS. @default 125 */
        readonly throughputMibps?: number;
      }
    | {
        readonly kind: "io1" | "io2";
        /** 100 to 64,000 (io1, at most 50 per GiB) or 256,000 (io2, at most 1,000 per GiB). */
        readonly iops: number;
        readonly throughputMibps?: never;
      }
  );

export interface VolumeKey {
  /** ARN of the customer-managed KMS key that encrypts the volume. @default the account's default key for EBS */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * Whether Auto Scaling's service-linked role gets a grant for that key. Without a grant (or the same permissions in the key's policy)
   * instances are terminated as soon as they start, with `Client.InvalidKMSKey.InvalidState` or `Client.InternalError: Client error on
   * launch`.
   *
   * @default true
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
   */
  readonly grantKey?: boolean;
}

/** The operations that AWS's own instructions grant. */
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

/** The grants that volumes' own keys need before a group can launch with them. */
export function grantVolumeKeys(
  name: string,
  { root, data }: { readonly root: RootVolume; readonly data: readonly DataVolume[] },
  passOn: Passed,
  parent: pulumi.Resource,
): aws.kms.Grant[] {
  const known = new Set<unknown>();
  return [root, ...data].flatMap((volume, index) => {
    if (!volume.kmsKeyArn || volume.grantKey === false || known.has(volume.kmsKeyArn)) return [];
    known.add(volume.kmsKeyArn);
    return [grantVolumeKey(index === 0 ? name : `${name}-data-${index}`, volume.kmsKeyArn, passOn, parent)];
  });
}

type Passed = PassOn<"volumeKeyGrant" | "group"> | undefined;

function grantVolumeKey(
  name: string,
  keyId: pulumi.Input<string>,
  passOn: Passed,
  parent: pulumi.Resource,
): aws.kms.Grant {
  const onError = explainFailures(`${name}-grant-refused`, [missingServiceRole(`the volumes of group "${name}"`)]);
  return merge(
    "volumeKeyGrant",
    {
      keyId,
      granteePrincipal: autoScalingRole(passOn?.group?.serviceLinkedRoleArn, parent),
      operations: OPERATIONS,
    },
    passOn?.volumeKeyGrant,
    (merged) => new aws.kms.Grant(`${name}-volume-key`, merged, { parent, hooks: { onError } }),
  );
}

/**
 * What happens if Auto Scaling may not use a volume's key: instances are terminated as soon as they start.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
 */
export function unusableKey(group: string, { kmsKeyArn, grantKey = true }: RootVolume): Explanation {
  const failure = /InvalidKMSKey|Client\.InternalError|Client error on launch/;
  const meaning = `Auto Scaling could not use the KMS key that encrypts the volumes of group "${group}"`;
  if (!kmsKeyArn) {
    const fix = "set 'rootVolume.kmsKeyArn' to the key of the image, or to the account's default for EBS";
    return { failure, meaning: `${meaning}; ${fix}, which grants it to AWSServiceRoleForAutoScaling` };
  }
  const fix = grantKey
    ? "check that it is enabled, in this region, and that its policy lets the identity that runs this update create grants"
    : "leave out 'grantKey', or allow AWSServiceRoleForAutoScaling in the key's policy";
  return { failure, meaning: `${meaning}; ${fix}` };
}

export function rootVolumeIssues(volume: RootVolume = {}, launch: "template" | "configuration"): ValidationIssue[] {
  const wrong = volumeShapeIssues(volume, "rootVolume", "leave it out for the image's size");
  if (!volume.kmsKeyArn || launch !== "configuration") return wrong;
  const expected = "no key with a launch configuration";
  const fix = "launch configurations do not support one; use a launch template, or encrypt the image with the key";
  return [...wrong, { property: "rootVolume.kmsKeyArn", value: "given", expected, fix }];
}

/** Mistakes that show only once the image's own size is known. */
export function imageVolumeIssues(volume: RootVolume, imageSizeGib: number | undefined): ValidationIssue[] {
  if (imageSizeGib === undefined) return [];
  if (volume.sizeGib === undefined) return rootVolumeIssues({ ...volume, sizeGib: imageSizeGib }, "template");
  if (volume.sizeGib >= imageSizeGib) return [];
  const expected = `at least the image's own ${imageSizeGib} GiB`;
  return [
    { property: "rootVolume.sizeGib", value: volume.sizeGib, expected, fix: "leave it out for the image's size" },
  ];
}
