import {
  anything,
  flag,
  late,
  listOf,
  needed,
  number,
  object,
  oneOf,
  type ShapeOf,
  text,
  texts,
} from "../validation/shape";
import type { DataVolume } from "./data-volume";
import type { EgressRule } from "./egress";
import type { Instance } from "./instance";
import type { InstanceMetadata } from "./metadata";
import type { OwnUserData } from "./own-user-data";

const egressRule = object({
  protocol: oneOf("tcp", "udp", "icmp", "icmpv6", "-1"),
  fromPort: number,
  toPort: number,
  cidrBlocks: texts,
  ipv6CidrBlocks: texts,
  prefixListIds: late(texts),
  securityGroupIds: late(texts),
  description: text,
} satisfies ShapeOf<EgressRule>);

const volume = object({
  deviceName: needed(text),
  sizeGib: number,
  snapshotId: late(text),
  kind: oneOf("gp3", "io1", "io2"),
  iops: number,
  throughputMibps: number,
  kmsKeyArn: late(text),
  grantKey: flag,
  deleteOnTermination: flag,
  mountPoint: text,
  filesystem: oneOf("ext4", "xfs"),
} satisfies ShapeOf<DataVolume>);

export const instance = object({
  policyStatements: listOf(anything),
  managedPolicyArns: listOf(late(text)),
  profileName: late(text),
  profileArn: late(text),
  volumes: listOf(volume),
  metadata: object({ hopLimit: number, tags: flag, ipv6: flag } satisfies ShapeOf<InstanceMetadata>),
  egress: listOf(egressRule),
  ipv6AddressCount: number,
  userData: object({ before: listOf(late(text)), after: listOf(late(text)) } satisfies ShapeOf<OwnUserData>),
} satisfies ShapeOf<Instance>);
