import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";

type Instance = NonNullable<ChefAutoScalingGroupArgs["instance"]>;
type EgressRule = NonNullable<Instance["egress"]>[number];
type Volume = NonNullable<Instance["volumes"]>[number];

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/2";
const POLICY = "arn:aws:iam::123456789012:policy/web";
const PROFILE = "arn:aws:iam::123456789012:instance-profile/teams/web";

function later<T>(value: T): pulumi.Output<T> {
  return pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
}

/** What a group's instances may have besides Chef, with and without each part. @param launch what they are launched from */
export function soundInstance(launch: "template" | "configuration"): fc.Arbitrary<Instance> {
  const isTemplate = launch === "template";
  const others = {
    userData: userData(),
    volumes: volumes(isTemplate),
    metadata: fc.record(
      {
        hopLimit: fc.integer({ min: 1, max: 64 }),
        ...(isTemplate && { tags: fc.boolean(), ipv6: fc.boolean() }),
      },
      { requiredKeys: [] },
    ),
    egress: egress(),
    ipv6AddressCount: isTemplate ? fc.integer({ min: 0, max: 50 }) : fc.constant(0),
  };
  return fc.tuple(permissions(), fc.record(others, { requiredKeys: [] })).map((parts) => Object.assign({}, ...parts));
}

/** Permissions of the role that the group creates, or a given profile. */
function permissions(): fc.Arbitrary<Instance> {
  const statement = fc.constantFrom<aws.iam.PolicyStatement>(
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::web/*" },
    { Sid: "Own", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: later("arn:aws:sqs:eu-west-3:1:q") },
    { Effect: "Allow", Action: "ssm:GetParameter", Resource: "arn:aws:ssm:eu-west-3:1:parameter/web/*" },
  );
  return fc.oneof(
    fc.record(
      {
        policyStatements: fc.uniqueArray(statement, { maxLength: 3 }),
        managedPolicyArns: fc.constantFrom([POLICY], [later(POLICY)], []),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<Instance>(
      { profileName: "web" },
      { profileName: later("web") },
      { profileArn: PROFILE },
      { profileArn: later(PROFILE) },
    ),
  );
}

function userData(): fc.Arbitrary<NonNullable<Instance["userData"]>> {
  const script = fc.constantFrom("#!/bin/sh\ntrue\n", "#! /bin/bash\r\ntrue\r\n", later("#!/bin/sh\ntrue\n"));
  const part = fc.oneof(
    script,
    fc.constantFrom("#cloud-config\npackages: [jq]\n", "#cloud-boothook\n#!/bin/sh\ntrue\n"),
  );
  const parts = { before: fc.array(part, { maxLength: 3 }), after: fc.array(script, { maxLength: 2 }) };
  return fc.record(parts, { requiredKeys: [] });
}

function volumes(isTemplate: boolean): fc.Arbitrary<Volume[]> {
  const size = fc.integer({ min: 160, max: 16_384 });
  const gp3 = fc.record({ sizeGib: size, iops: fc.integer({ min: 3_000, max: 80_000 }) });
  const io = fc.record({
    kind: fc.constantFrom("io1" as const, "io2" as const),
    sizeGib: fc.constant(2_000),
    iops: fc.integer({ min: 100, max: 64_000 }),
  });
  const snapshot = fc.constantFrom(
    { snapshotId: "snap-1" },
    { snapshotId: later("snap-1"), grantKey: false, kmsKeyArn: KEY },
  );
  const shape = isTemplate ? fc.oneof(gp3, io, snapshot) : fc.oneof(gp3, io);
  const key = isTemplate ? fc.constantFrom({}, { kmsKeyArn: later(KEY) }) : fc.constant({});
  const mount = fc.constantFrom({}, { mounted: "ext4" as const }, { mounted: "xfs" as const });
  const one = fc.tuple(shape, key, mount, fc.boolean()).map(([shaped, owner, { mounted }, deleteOnTermination]) => {
    return { shaped: { ...owner, ...shaped, deleteOnTermination }, filesystem: mounted };
  });
  return fc.array(one, { maxLength: 3 }).map((all) =>
    all.map(({ shaped, filesystem }, index): Volume => {
      const place = filesystem && { mountPoint: `/data/${index}`, filesystem };
      return { deviceName: `/dev/sd${"fgh"[index]}`, ...shaped, ...place };
    }),
  );
}

function egress(): fc.Arbitrary<NonNullable<Instance["egress"]>> {
  const https = fc.constantFrom<EgressRule>(
    { fromPort: 443, cidrBlocks: ["0.0.0.0/0"] },
    { fromPort: 0, toPort: 65_535, ipv6CidrBlocks: ["::/0"] },
    { protocol: "-1", securityGroupIds: later(["sg-2"]) },
    { fromPort: 443, prefixListIds: ["pl-1", later("pl-2")] },
  );
  const other = fc.constantFrom<EgressRule>(
    { protocol: "udp", fromPort: 53, cidrBlocks: ["10.0.0.2/32"], description: "names" },
    { protocol: "icmp", cidrBlocks: ["10.0.0.0/8"] },
    { protocol: "icmpv6", fromPort: 128, ipv6CidrBlocks: ["2001:db8::/32"] },
  );
  return fc.tuple(https, fc.uniqueArray(other, { maxLength: 2 })).map(([first, more]) => [first, ...more]);
}
