import {
  INSTANCE_PROFILE_ARN,
  INSTANCE_PROFILE_NAME,
  KMS_KEY_ARN,
  POLICY_ARN,
  PREFIX_LIST_ID,
  SECURITY_GROUP_ID,
  SNAPSHOT_ID,
} from "../validation/aws-references";
import {
  anyText,
  anything,
  count,
  flag,
  late,
  listOf,
  needed,
  number,
  object,
  oneOf,
  reference,
  references,
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
  prefixListIds: late(references(PREFIX_LIST_ID)),
  securityGroupIds: late(references(SECURITY_GROUP_ID)),
  description: text,
} satisfies ShapeOf<EgressRule>);

const volume = object({
  deviceName: needed(text),
  sizeGib: count,
  snapshotId: late(reference(SNAPSHOT_ID)),
  kind: oneOf("gp3", "io1", "io2"),
  iops: count,
  throughputMibps: count,
  kmsKeyArn: late(reference(KMS_KEY_ARN)),
  grantKey: flag,
  deleteOnTermination: flag,
  mountPoint: text,
  filesystem: oneOf("ext4", "xfs"),
} satisfies ShapeOf<DataVolume>);

export const instance = object({
  policyStatements: listOf(anything),
  managedPolicyArns: listOf(late(reference(POLICY_ARN))),
  profileName: late(reference(INSTANCE_PROFILE_NAME)),
  profileArn: late(reference(INSTANCE_PROFILE_ARN)),
  volumes: listOf(volume),
  metadata: object({ hopLimit: count, tags: flag, ipv6: flag } satisfies ShapeOf<InstanceMetadata>),
  egress: listOf(egressRule),
  ipv6AddressCount: count,
  userData: object({ before: listOf(late(anyText)), after: listOf(late(anyText)) } satisfies ShapeOf<OwnUserData>),
} satisfies ShapeOf<Instance>);
