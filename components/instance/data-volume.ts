import type * as pulumi from "@pulumi/pulumi";
import { mountVolumes } from "../../packer";
import type { ValidationIssue } from "../validation/issues";
import { volumeShape, volumeShapeIssues } from "./volume-shape";

/** A volume beside the root volume: always encrypted. */
export interface DataVolume {
  /** `/dev/sdf` to `/dev/sdp`, as AWS recommends, or another of these names that is not the image's root device. */
  readonly deviceName: string;
  /** Size in GiB: 1 to 65,536 (gp3), 4 to 16,384 (io1) or 65,536 (io2). @default the snapshot's; needed without one */
  readonly sizeGib?: number;
  /** Id of the snapshot it begins with. @default none, it is blank */
  readonly snapshotId?: pulumi.Input<string>;
  /** @default "gp3" */
  readonly kind?: "gp3" | "io1" | "io2";
  /** As for the root volume; needed for io1 and io2. @default 3,000 (gp3) */
  readonly iops?: number;
  /** MiB in a second, gp3 alone. @default 125 */
  readonly throughputMibps?: number;
  /** ARN of the customer-managed KMS key that encrypts it. @default the account's default key for EBS */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Lets Auto Scaling's service-linked role use that key; see `rootVolume.grantKey`. @default true */
  readonly grantKey?: boolean;
  /** Whether it goes with its instance; one that stays is nobody's, and costs. @default true */
  readonly deleteOnTermination?: boolean;
  /** Folder where the first boot mounts it, before anything of yours and before Chef; a filesystem is made where it is blank. @default not mounted */
  readonly mountPoint?: string;
  /** What is made on a blank volume; the image needs its `mkfs`. @default "ext4" */
  readonly filesystem?: "ext4" | "xfs";
}

/** As a launch configuration takes it; a template has the same below `ebs`. */
export function volumeMapping(volume: DataVolume) {
  const { deviceName, snapshotId, deleteOnTermination = true } = volume;
  return { deviceName, ...volumeShape(volume), snapshotId, deleteOnTermination, encrypted: true };
}

/** A script that mounts those that are to be mounted, a folder before those within it; undefined where none is. */
export function mountScript(volumes: readonly DataVolume[] = []): string | undefined {
  const mounted = volumes.flatMap(({ deviceName, mountPoint, filesystem = "ext4" }) =>
    mountPoint === undefined ? [] : [{ deviceName, mountPoint, filesystem }],
  );
  mounted.sort((one, other) => depth(one.mountPoint) - depth(other.mountPoint));
  return mounted.length === 0 ? undefined : mountVolumes(mounted);
}

function depth(folder: string): number {
  return folder.split("/").length;
}

const DEVICE = /^\/dev\/(sd|xvd)[b-z]$/;
/** A folder of its own: hiding one that the system, cloud-init or the Chef client needs would stop the boot in its middle. */
const MOUNT_POINT = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const OF_THE_SYSTEM =
  /^\/((bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|usr\/(bin|lib\w*|sbin|share)|var\/(run|lib\/(cloud|dpkg|rpm))|opt\/(chef|cinc|aws)|hab)(\/.*)?|root|tmp|usr|var|home|opt|srv|usr\/local|var\/(lib|tmp))$/;

export function dataVolumeIssues(
  volumes: readonly DataVolume[] = [],
  launch: "template" | "configuration" = "template",
): ValidationIssue[] {
  const names = volumes.map(({ deviceName }) => deviceName.replace("/xvd", "/sd"));
  const points = volumes.map(({ mountPoint }) => mountPoint);
  return volumes.flatMap((volume, index) => {
    const path = `instance.volumes.${index}`;
    const twice = (all: readonly unknown[]) => all[index] !== undefined && all.indexOf(all[index]) !== index;
    return [
      ...placeIssues(volume, path, { name: twice(names), point: twice(points) }),
      ...(launch === "configuration" ? configurationIssues(volume, path) : []),
      ...volumeShapeIssues(volume, path, "give a size within these bounds"),
    ];
  });
}

function placeIssues(
  { deviceName, mountPoint, filesystem, sizeGib, snapshotId }: DataVolume,
  path: string,
  twice: { readonly name: boolean; readonly point: boolean },
): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!DEVICE.test(deviceName) || twice.name) {
    const expected = "a device name such as /dev/sdf that no other volume has";
    wrong.push({
      property: `${path}.deviceName`,
      value: deviceName,
      expected,
      fix: "take one of /dev/sdf to /dev/sdp",
    });
  }
  if (sizeGib === undefined && snapshotId === undefined) {
    const fix = "say how large it is, or with which snapshot it begins";
    wrong.push({ property: `${path}.sizeGib`, value: sizeGib, expected: "a size", fix });
  }
  if (mountPoint !== undefined && (!MOUNT_POINT.test(mountPoint) || OF_THE_SYSTEM.test(mountPoint) || twice.point)) {
    const expected = "a folder such as /data or /var/lib/postgresql, for this volume alone";
    const fix = "choose one that holds nothing of the system's, of letters, digits, '.', '_' and '-'";
    wrong.push({ property: `${path}.mountPoint`, value: mountPoint, expected, fix });
  }
  if (filesystem !== undefined && mountPoint === undefined) {
    const fix = "give 'mountPoint', or leave 'filesystem' out";
    wrong.push({ property: `${path}.filesystem`, value: filesystem, expected: "a 'mountPoint' beside it", fix });
  }
  return wrong;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Ebs.html */
function configurationIssues({ kmsKeyArn, snapshotId }: DataVolume, path: string): ValidationIssue[] {
  const fix = "leave 'launch' out, or set it to \"template\"";
  const given = { kmsKeyArn, snapshotId };
  return Object.entries(given).flatMap(([name, value]): ValidationIssue[] => {
    if (value === undefined) return [];
    const expected = "none with a launch configuration, which could not encrypt the volume so";
    return [{ property: `${path}.${name}`, value, expected, fix }];
  });
}

/** Known only with the image: a second volume of the root's name would replace it. */
export function rootDeviceIssues(volumes: readonly DataVolume[], rootDeviceName: string): ValidationIssue[] {
  return volumes.flatMap(({ deviceName }, index): ValidationIssue[] => {
    if (deviceName !== rootDeviceName) return [];
    const expected = "another name than that of the image's root device";
    const fix = "take one of /dev/sdf to /dev/sdp, or 'rootVolume' for the root volume";
    return [{ property: `instance.volumes.${index}.deviceName`, value: deviceName, expected, fix }];
  });
}
