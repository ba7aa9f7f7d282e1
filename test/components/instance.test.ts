import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs } from "../../components";
import { bootSettings } from "../../packer";
import { userDataOf } from "../../policy/stack/group-members";
import { secretsIn } from "../../policy/stack/secrets";
import { CHEF, groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";
import { actions, declareGroup, userData } from "../helpers/declare-group";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
const ROLE_POLICY = "web-instance-service-policy";
const PROFILE_ARN = "arn:aws:iam::123456789012:instance-profile/teams/given";

const bucket = (Resource: pulumi.Input<string>) => ({
  Sid: "Own",
  Effect: "Allow" as const,
  Action: "s3:GetObject",
  Resource,
});
const later = <T>(value: T) => pulumi.output(Promise.resolve(value));

describe("an instance's role", () => {
  it("has the user's statements in addition to the component's, and the managed policies before anything is launched", async () => {
    const instance = {
      policyStatements: [bucket("arn:aws:s3:::a/*"), { ...bucket(later("arn:aws:s3:::b/*")), Sid: "Late" }],
      managedPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", later("arn:aws:iam::1:policy/own")],
    };
    const declared = await declareGroup({ instance });
    assert.deepEqual(actions(declared, ROLE_POLICY).filter((action) => action === "s3:GetObject").length, 2);
    assert.ok(actions(declared, ROLE_POLICY).includes("ssm:GetParameter"));
    const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", ROLE_POLICY).inputs;
    const { Statement } = policy as { Statement: { Sid?: string; Resource: unknown }[] };
    assert.equal(Statement.find(({ Sid }) => Sid === "Late")?.Resource, "arn:aws:s3:::b/*");
    const attached = declared.resources.filter(({ type }) => type.includes("RolePolicyAttachment"));
    assert.deepEqual(
      attached.filter(({ name }) => name.startsWith("web-instance")).map(({ inputs }) => inputs.policyArn),
      ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "arn:aws:iam::1:policy/own"],
    );
    const { dependencies } = declared.one(TEMPLATE);
    for (const { urn } of attached) assert.ok(dependencies.includes(urn), `the template does not wait for ${urn}`);
  });

  it("is refused if a statement that is known only later allows reading the operator's key", async () => {
    const all = { Effect: "Allow" as const, Action: "secretsmanager:GetSecretValue", Resource: later("*") };
    const refused = /'instance\.policyStatements\.0' .*expected nothing that lets an instance read the operator's key/;
    await assert.rejects(declareGroup({ instance: { policyStatements: [all] } }), refused);
  });

  it("is refused with a statement that decrypts the operator's key with a KMS key which is known only later, and with no other key", async () => {
    const kms = (id: string) => `arn:aws:kms:eu-west-3:123456789012:key/${id}`;
    const chef = { ...CHEF, operator: { ...CHEF.operator, kmsKeyArn: later(kms("operators")) } };
    const reads = { Effect: "Allow" as const, Action: "secretsmanager:GetSecretValue", Resource: "*" };
    const decrypts = (Resource: pulumi.Input<string>) => ({
      Effect: "Allow" as const,
      Action: "kms:Decrypt",
      Resource,
    });
    for (const mine of [kms("operators"), later(kms("operators"))]) {
      const refused =
        /'instance\.policyStatements\.0' .*expected nothing that lets an instance read the operator's key/;
      await assert.rejects(declareGroup({ chef, instance: { policyStatements: [reads, decrypts(mine)] } }), refused);
    }
    const declared = await declareGroup({ chef, instance: { policyStatements: [reads, decrypts(kms("mine"))] } });
    assert.ok(actions(declared, ROLE_POLICY).includes("kms:Decrypt"));
  });

  it("is not created for a given profile, of which a template accepts a name or an ARN", async () => {
    for (const [instance, expected] of [
      [{ profileName: "given" }, { name: "given" }],
      [{ profileArn: later(PROFILE_ARN) }, { arn: PROFILE_ARN }],
    ] as const) {
      const declared = await declareGroup({ instance });
      assert.deepEqual(declared.one(TEMPLATE).inputs.iamInstanceProfile, expected);
      assert.deepEqual(instanceRoles(declared), []);
    }
    const declared = await declareGroup({ instance: { profileArn: PROFILE_ARN }, launch: "configuration" });
    assert.equal(declared.one(CONFIGURATION).inputs.iamInstanceProfile, PROFILE_ARN);
  });

  it("is refused if the existing profile has no role", async () => {
    const answers = { "aws:iam/getInstanceProfile:getInstanceProfile": { roleArn: "" } };
    const declaring = declareWith({ instance: { profileName: "empty" } }, answers);
    await assert.rejects(declaring, /the instance profile 'empty' has no role.*add-role-to-instance-profile/s);
  });

  it("is reported if an existing one lacks permissions, or if it cannot be checked", async () => {
    const denied = [{ actionName: "ssm:GetParameter", allowed: false, missingContextKeys: ["aws:SourceVpce"] }];
    const simulation = "aws:iam/getPrincipalPolicySimulation:getPrincipalPolicySimulation";
    const warned = await warnings({ profileName: "given" }, { [simulation]: { allAllowed: false, results: denied } });
    assert.match(
      warned,
      /the role of the instance profile 'given' seems to lack.*ssm:GetParameter on arn:aws:ssm:eu-west-3:123456789012:parameter\/chef\/validator.pem, which it needs because it reads the validator's key, unless aws:SourceVpce fits/s,
    );
    assert.equal(await warnings({ profileName: "given" }, {}), "");
  });

  it("is an output, like everything else that others need", async () => {
    const made = await outputsOf({});
    assert.deepEqual(made, {
      instanceRoleName: "web-instance-service-role",
      instanceRoleArn: "arn:aws:iam/role:eu-west-3:123456789012:web-instance-service-role",
      instanceProfile: "web-instance-profile",
      securityGroupId: "web-security-group-id",
      launchTemplateId: "web-template-id",
      launchTemplateVersion: "7",
    });
    const given = { instance: { profileName: "given" }, securityGroupIds: ["sg-1"], launch: "configuration" as const };
    const nothing = { instanceRoleName: undefined, instanceRoleArn: undefined, securityGroupId: undefined };
    const none = { launchTemplateId: undefined, launchTemplateVersion: undefined };
    assert.deepEqual(await outputsOf(given), { ...nothing, ...none, instanceProfile: "given" });
  });
});

describe("custom user data", () => {
  const BEFORE = ["#cloud-config\nwrite_files: [{ path: /a, content: é }]\n", "#!/bin/bash\necho before\n"];
  const settings = async (
    args: Partial<ChefAutoScalingGroupArgs>,
  ): Promise<Record<string, string> & { text: string }> => {
    const text = userData(await declareGroup(args));
    return { ...bootSettings(text), text };
  };
  const unpacked = (scripts = "") => scripts.split(" ").map((one) => gunzipSync(Buffer.from(one, "base64")).toString());

  it("changes nothing if there is none", async () => {
    const plain = await settings({});
    assert.ok(plain.text.startsWith("#!/bin/bash\nexport "));
    const { text } = await settings({ instance: { userData: { before: [], after: [] } } });
    assert.equal(text, plain.text);
  });

  it("is passed to cloud-init as MIME parts, and to converge.sh as scripts", async () => {
    const after = [later("#!/bin/sh\r\necho after\r\n")];
    const { text, ...found } = await settings({
      instance: { userData: { before: BEFORE, after } },
      runList: ["recipe[a]"],
    });
    assert.match(text, /^Content-Type: multipart\/mixed; boundary="([\w-]+)"\nMIME-Version: 1\.0\n\n--\1\n/);
    assert.match(
      text,
      /Content-Type: text\/cloud-config.*\nContent-Transfer-Encoding: base64\n.*filename="own-1"\nMerge-Type: /,
    );
    assert.match(
      text,
      /Content-Type: text\/x-shellscript.*\nContent-Transfer-Encoding: 7bit\n.*filename="z-chef-converge"\n\n#!/,
    );
    assert.equal(found.CHEF_RUN_LIST, '["recipe[a]"]');
    assert.deepEqual(unpacked(found.CHEF_BEFORE), BEFORE.slice(1));
    assert.deepEqual(unpacked(found.CHEF_AFTER), ["#!/bin/sh\necho after\n"]);
  });

  it("is readable even if its text makes a whole part base64", async () => {
    const { text, ...found } = await settings({
      attributes: { name: "é" },
      instance: { userData: { before: BEFORE } },
    });
    assert.doesNotMatch(text, /^export/m);
    assert.equal(found.CHEF_ATTRIBUTES, '{"name":"é"}');
  });

  it("is included in the template's description as a digest", async () => {
    const of = async (text: string) =>
      (await declareGroup({ instance: { userData: { after: [text] } } })).one(TEMPLATE).inputs.description;
    assert.match(String(await of("#!/bin/sh\n")), /; own [0-9a-f]{8}; first boot/);
    assert.notEqual(await of("#!/bin/sh\n"), await of("#!/bin/bash\n"));
  });

  it("is refused as soon as it is known, before anything is launched", async () => {
    const refused = async (part: string, words: RegExp) =>
      assert.rejects(declareGroup({ instance: { userData: { before: [later(part)] } } }), words);
    await refused(
      "echo",
      /'instance\.userData\.before\.0' is known now, and not shown since it may be secret, expected a script/,
    );
    await refused(
      "#!/bin/sh\n-----BEGIN RSA PRIVATE KEY-----\nMIIE",
      /is a private key \(not shown\), expected the place where the key is stored/,
    );
    const noise = [...Array(700).keys()].map((index) => `${Math.sin(index)}`).join("");
    await refused(`#!/bin/sh\n# ${noise}`, /'instance\.userData' is \d+ bytes of user data/);
  });

  it("is checked by the policy that looks for secrets", async () => {
    const secret = "#!/bin/sh\nexport KEY=AKIAIOSFODNN7EXAMPLE\n";
    for (const before of [[secret], [BEFORE[0] ?? "", secret], ["#cloud-config\n# é AKIAIOSFODNN7EXAMPLE\n"]]) {
      const { inputs } = (await declareGroup({ instance: { userData: { before } } })).one(TEMPLATE);
      const read = userDataOf({ type: TEMPLATE, props: inputs } as never);
      assert.deepEqual(secretsIn(read ?? ""), ["an AWS access key id"]);
    }
  });
});

describe("data volumes", () => {
  const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";
  const volumes = [
    { deviceName: "/dev/sdf", sizeGib: 20, mountPoint: "/data" },
    { deviceName: "/dev/sdg", snapshotId: later("snap-1"), kmsKeyArn: KEY, iops: 4000, deleteOnTermination: false },
  ];
  const GP3 = { volumeType: "gp3", iops: 3000, throughput: 125, encrypted: "true" };

  it("are encrypted, and deleted with the instance by default, in a template next to the root volume", async () => {
    const declared = await declareGroup({ instance: { volumes }, rootVolume: { kmsKeyArn: KEY } });
    const { blockDeviceMappings } = declared.one(TEMPLATE).inputs;
    assert.deepEqual((blockDeviceMappings as unknown[]).slice(1), [
      { deviceName: "/dev/sdf", ebs: { ...GP3, volumeSize: 20, deleteOnTermination: "true" } },
      {
        deviceName: "/dev/sdg",
        ebs: { ...GP3, iops: 4000, snapshotId: "snap-1", kmsKeyId: KEY, deleteOnTermination: "false" },
      },
    ]);
    // A key needs only one grant
    assert.deepEqual(grants(declared), ["web-volume-key"]);
    assert.deepEqual(grants(await declareGroup({ instance: { volumes } })), ["web-data-2-volume-key"]);
  });

  it("are also in a launch configuration", async () => {
    const declared = await declareGroup({ instance: { volumes: volumes.slice(0, 1) }, launch: "configuration" });
    const [device] = declared.one(CONFIGURATION).inputs.ebsBlockDevices as unknown[];
    const expected = {
      volumeType: "gp3",
      iops: 3000,
      throughput: 125,
      volumeSize: 20,
      encrypted: true,
      deleteOnTermination: true,
    };
    assert.deepEqual(device, { deviceName: "/dev/sdf", ...expected });
  });

  it("are mounted by the first script before Chef", async () => {
    const own = { before: ["#!/bin/sh\necho mine\n"] };
    const text = userData(await declareGroup({ instance: { volumes, userData: own } }));
    const [mounting = "", mine] = (bootSettings(text).CHEF_BEFORE ?? "")
      .split(" ")
      .map((one) => gunzipSync(Buffer.from(one, "base64")).toString());
    assert.match(mounting, /^#!\/bin\/bash\nvolumes='\/dev\/sdf \/data ext4'\nset -euo pipefail\n/);
    assert.equal(mine, own.before[0]);
  });

  it("are refused with the name of the image's root device", async () => {
    const answers = { "aws:ec2/getAmi:getAmi": { rootDeviceName: "/dev/sdf" } };
    const refused =
      /'instance\.volumes\.0\.deviceName' is "\/dev\/sdf", expected a name other than that of the image's/;
    await assert.rejects(declareWith({ instance: { volumes } }, answers), refused);
  });

  function grants({ resources }: Declaration): string[] {
    return resources.filter(({ type }) => type === "aws:kms/grant:Grant").map(({ name }) => name);
  }
});

describe("metadata and network", () => {
  const DEFAULT = { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 };

  it("are unchanged by default", async () => {
    const declared = await declareGroup({ instance: {} });
    const { metadataOptions, networkInterfaces } = declared.one(TEMPLATE).inputs;
    assert.deepEqual(metadataOptions, {
      ...DEFAULT,
      ...{ instanceMetadataTags: "disabled", httpProtocolIpv6: "disabled" },
    });
    assert.equal((networkInterfaces as Record<string, unknown>[])[0]?.ipv6AddressCount, undefined);
    const everywhere = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
    const { egress } = declared.one("aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.deepEqual(egress, [{ protocol: "-1", fromPort: 0, toPort: 0, ...everywhere }]);
  });

  it("do not expose default tags of the provider that the metadata service cannot", async () => {
    const answers = { "aws:index/getDefaultTags:getDefaultTags": { tags: { "cost/centre": "1" } } };
    const refused = /'aws:defaultTags' is \["cost\/centre"\], expected keys of letters/;
    await assert.rejects(declareWith({ instance: { metadata: { tags: true } } }, answers), refused);
    await declareWith({ instance: { metadata: { tags: false } } }, answers);
  });

  it("affect the launch source and the security group, and tokens are still required", async () => {
    const metadata = { hopLimit: 2, tags: true, ipv6: true };
    const egress = [
      { fromPort: 443, prefixListIds: [later("pl-1")] },
      { protocol: "icmp" as const, cidrBlocks: ["10.0.0.0/8"] },
    ];
    const declared = await declareGroup({ instance: { metadata, egress, ipv6AddressCount: 1 } });
    const { metadataOptions, networkInterfaces } = declared.one(TEMPLATE).inputs;
    const more = { instanceMetadataTags: "enabled", httpProtocolIpv6: "enabled" };
    assert.deepEqual(metadataOptions, { ...DEFAULT, httpPutResponseHopLimit: 2, ...more });
    assert.equal((networkInterfaces as Record<string, unknown>[])[0]?.ipv6AddressCount, 1);
    assert.deepEqual(declared.one("aws:ec2/securityGroup:SecurityGroup").inputs.egress, [
      { protocol: "tcp", fromPort: 443, toPort: 443, prefixListIds: ["pl-1"] },
      { protocol: "icmp", fromPort: -1, toPort: -1, cidrBlocks: ["10.0.0.0/8"] },
    ]);
    const old = await declareGroup({ instance: { metadata: { hopLimit: 2 } }, launch: "configuration" });
    assert.deepEqual(old.one(CONFIGURATION).inputs.metadataOptions, { ...DEFAULT, httpPutResponseHopLimit: 2 });
  });
});

function instanceRoles({ resources }: Declaration): string[] {
  return resources.map(({ name }) => name).filter((name) => name.startsWith("web-instance"));
}

type Answers = Record<string, Record<string, unknown>>;

function declareWith(args: Partial<ChefAutoScalingGroupArgs>, answers: Answers): Promise<Declaration> {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs(args)), "test", answers);
}

async function warnings(instance: ChefAutoScalingGroupArgs["instance"], answers: Answers): Promise<string> {
  const plain = pulumi.log.warn;
  const told: string[] = [];
  const log = pulumi.log as { warn: typeof pulumi.log.warn };
  log.warn = async (message) => void told.push(message);
  try {
    await declareWith({ instance }, answers);
  } finally {
    log.warn = plain;
  }
  return told.join("\n");
}

const OUTPUTS = [
  "instanceRoleName",
  "instanceRoleArn",
  "instanceProfile",
  "securityGroupId",
  "launchTemplateId",
  "launchTemplateVersion",
] as const;

async function outputsOf(args: Partial<ChefAutoScalingGroupArgs>): Promise<Record<string, unknown>> {
  let outputs: Record<string, unknown> = {};
  await declare(() => {
    const group = new ChefAutoScalingGroup("web", groupArgs(args));
    pulumi.all(OUTPUTS.map((name) => group[name])).apply((values) => {
      outputs = Object.fromEntries(OUTPUTS.map((name, index) => [name, values[index]]));
    });
  });
  return outputs;
}
