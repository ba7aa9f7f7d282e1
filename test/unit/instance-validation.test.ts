import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs, Instance } from "../../components";
import { groupIssues } from "../../components/group/group-validation";
import { mountScript } from "../../components/instance/data-volume";
import { overlap } from "../../components/instance/patterns";
import { sentence } from "../../components/validation/issues";
import { CHEF, groupArgs } from "../helpers/arguments";

function properties(instance: Instance, args: Partial<ChefAutoScalingGroupArgs> = {}): string[] {
  return groupIssues(groupArgs({ instance, ...args })).map(({ property }) => property);
}

const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: "Allow" as const,
  Action,
  Resource,
  ...more,
});
const later = pulumi.output(Promise.resolve("arn:aws:s3:::bucket/*"));
const BUCKET = allow("s3:GetObject", "arn:aws:s3:::bucket/*");
const CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const PROFILE = "arn:aws:iam::123456789012:instance-profile/web";
const IN_SSM = { ...CHEF, operator: { name: "reaper", key: { ssmParameter: "/chef/operator.pem" } } };
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";
const WITH_KEY = { ...CHEF, operator: { ...IN_SSM.operator, kmsKeyArn: KEY } };

describe("an instance's own permissions", () => {
  it("may be any statements, including values that are known only later", () => {
    const policyStatements = [BUCKET, { ...BUCKET, Sid: "Later", Resource: later }];
    assert.deepEqual(properties({ policyStatements, managedPolicyArns: [CORE, later] }), []);
    assert.deepEqual(properties({ profileName: "web" }), []);
    assert.deepEqual(properties({ profileArn: PROFILE }), []);
  });

  it("may not reuse the Sid of another statement", () => {
    const policyStatements = [
      { ...BUCKET, Sid: "ReadChefKey" },
      { ...BUCKET, Sid: "A" },
      { ...BUCKET, Sid: "A" },
    ];
    const expected = ["instance.policyStatements.0.Sid", "instance.policyStatements.2.Sid"];
    assert.deepEqual(properties({ policyStatements }), expected);
  });

  it("are statements that IAM accepts in a role's policy", () => {
    const SOUND = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::acme/*" };
    const others: unknown[] = [
      { effect: "Allow", actions: ["s3:GetObject"], resources: ["*"] },
      { ...SOUND, Effect: "allow" },
      { ...SOUND, Resource: undefined },
      { ...SOUND, NotAction: "s3:*" },
      { ...SOUND, Principal: "*" },
      "s3:GetObject",
      null,
    ];
    for (const one of others) {
      assert.ok(
        properties({ policyStatements: [one] as never }).includes("instance.policyStatements.0"),
        JSON.stringify(one),
      );
    }
    const sound = [
      SOUND,
      { ...SOUND, Effect: later },
      { Effect: "Deny", NotAction: later, NotResource: [later] },
      later,
    ];
    assert.deepEqual(properties({ policyStatements: sound as never }), []);
  });

  it("are the role's own if a profile is given", () => {
    const instance = { profileName: "web", profileArn: PROFILE, policyStatements: [BUCKET], managedPolicyArns: [CORE] };
    assert.deepEqual(properties(instance, { sessionManager: true }), [
      "instance.profileArn",
      "instance.policyStatements",
      "instance.managedPolicyArns",
      "sessionManager",
    ]);
    assert.deepEqual(properties({ profileName: PROFILE }), ["instance.profileName"]);
    assert.deepEqual(properties({ profileArn: "web" }), ["instance.profileArn"]);
    assert.deepEqual(properties({ managedPolicyArns: ["AmazonSSMManagedInstanceCore"] }), [
      "instance.managedPolicyArns.0",
    ]);
  });

  const parameter = (name: string) => `arn:aws:ssm:eu-west-3:123456789012:parameter/${name}`;
  const GIVES: [string, Instance][] = [
    ["everything", { policyStatements: [allow("*", "*")] }],
    ["every parameter", { policyStatements: [allow("ssm:Get*", "*")] }],
    ["those below a path", { policyStatements: [allow(["s3:*", "SSM:getparameters"], parameter("chef/*"))] }],
    [
      "this very one",
      { policyStatements: [allow("ssm:GetParameter", [parameter("a"), parameter("chef/operator.pem")])] },
    ],
    ["all but one action", { policyStatements: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }] }],
    ["all but one resource", { policyStatements: [{ Effect: "Allow", Action: "ssm:*", NotResource: parameter("a") }] }],
  ];
  for (const [title, instance] of GIVES) {
    it(`are refused if they allow reading the operator's key: ${title}`, () => {
      assert.deepEqual(properties(instance, { chef: IN_SSM }), ["instance.policyStatements.0"]);
    });
  }

  it("are refused if an AWS managed policy allows it", () => {
    assert.deepEqual(properties({ managedPolicyArns: [CORE] }, { chef: IN_SSM }), ["instance.managedPolicyArns.0"]);
    const reads = "arn:aws-cn:iam::aws:policy/SecretsManagerReadWrite";
    assert.deepEqual(properties({ managedPolicyArns: [later, reads] }), ["instance.managedPolicyArns.1"]);
  });

  it("pass if another parameter is read, the key is denied, or nothing decrypts it", () => {
    const narrow = allow("ssm:GetParameter", parameter("web/*"));
    const conditional = allow("ssm:*", "*", { Condition: { StringEquals: { "ssm:resourceTag/team": "web" } } });
    assert.deepEqual(properties({ policyStatements: [narrow, conditional] }, { chef: IN_SSM }), []);
    const deny = { Effect: "Deny" as const, Action: "ssm:GetParameter*", Resource: parameter("chef/operator.pem") };
    const denied = { policyStatements: [allow("ssm:*", "*"), deny], managedPolicyArns: [CORE] };
    assert.deepEqual(properties(denied, { chef: IN_SSM }), []);
    const half = { ...deny, Action: "ssm:GetParameter" };
    const policyStatements = [allow("ssm:*", "*"), half];
    assert.deepEqual(properties({ policyStatements }, { chef: IN_SSM }), ["instance.policyStatements.0"]);
    assert.deepEqual(properties({ managedPolicyArns: [CORE] }, { chef: WITH_KEY }), []);
    const decrypting = { policyStatements: [allow("kms:*", "*")], managedPolicyArns: [CORE] };
    assert.deepEqual(properties(decrypting, { chef: WITH_KEY }), ["instance.managedPolicyArns.0"]);
  });
});

describe("two patterns of IAM", () => {
  it("overlap if a text matches both", () => {
    for (const [one, other] of [
      ["a*c", "*b*"],
      ["?", "x"],
      ["a*", "*b"],
      ["*", ""],
      [`p/${"$"}{aws:userid}/*`, "p/1/2"],
      ["**", "?"],
    ]) {
      assert.ok(overlap(String(one), String(other)), `${one} ${other}`);
      assert.ok(overlap(String(other), String(one)), `${other} ${one}`);
    }
    for (const [one, other] of [
      ["a*", "b*"],
      ["?", "xy"],
      ["a", ""],
      ["a*c", "ab"],
      ["?b", "a?c"],
    ]) {
      assert.ok(!overlap(String(one), String(other)), `${one} ${other}`);
    }
  });

  it("overlap, if one has no wildcards, as the pattern says", () => {
    const text = fc.stringMatching(/^[ab]{0,5}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{0,5}$/), text, (pattern, word) => {
        const form = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        assert.equal(overlap(pattern, word), form.test(word), `${pattern} ${word}`);
      }),
    );
  });
});

describe("an instance's own user data", () => {
  const SCRIPT = "#!/bin/bash\necho hello\n";
  const CONFIG = "#cloud-config\nwrite_files: []\n";
  const parts = (before: unknown[], after: unknown[] = []) => properties({ userData: { before, after } as never });

  it("is scripts, cloud-config and boothooks before Chef, and scripts after it", () => {
    assert.deepEqual(parts([CONFIG, SCRIPT, "#cloud-boothook\n#!/bin/sh\n", later], [SCRIPT, "#! /bin/sh\n"]), []);
    assert.deepEqual(parts([], [CONFIG, "#cloud-boothook\n"]), [
      "instance.userData.after.0",
      "instance.userData.after.1",
    ]);
  });

  it("is nothing that cloud-init misreads or ignores", () => {
    const others = [
      "echo",
      " #!/bin/sh",
      "#include\nhttps://x.y",
      "#cloud-config-archive\n",
      "## template: jinja\n",
      "",
    ];
    assert.deepEqual(
      parts(others),
      others.map((_, index) => `instance.userData.before.${index}`),
    );
  });

  it("is no cloud-config that interferes with the first boot", () => {
    for (const key of ["runcmd", "power_state", "chef", "cloud_final_modules"]) {
      assert.deepEqual(parts([`${CONFIG}${key}:\n  - x\n`]), ["instance.userData.before.0"], key);
      assert.deepEqual(parts([`${CONFIG}x:\n  ${key}: 1\n# ${key}: no\n`]), [], key);
    }
  });

  it("is no cloud-config that cloud-init could not read and would skip", () => {
    for (const text of ["- runcmd\n", "packages:\n\t- curl\n", "just words\n", "\tpackages: []\n"]) {
      assert.deepEqual(parts([`#cloud-config\n# of ours\n${text}`]), ["instance.userData.before.0"], text);
    }
    for (const text of ["---\npackages: [curl]\n", '{"packages": ["curl"]}\n', '"packages":\n- curl\n', ""]) {
      assert.deepEqual(parts([`#cloud-config\n\n# of ours\n${text}`]), [], text);
    }
  });

  it("holds no key, and the mistake does not show it", () => {
    const key = "-----BEGIN RSA PRIVATE KEY-----\\nMIIE";
    assert.deepEqual(parts([`${SCRIPT}${key}`]), ["instance.userData.before.0"]);
  });

  it("fits into EC2's limit, and the mistake shows the size of each part", () => {
    const noise = [...Array(700).keys()].map((index) => `${Math.sin(index)}`).join("");
    const issues = groupIssues(groupArgs({ instance: { userData: { before: [`${SCRIPT}# ${noise}`] } } }));
    assert.deepEqual(
      issues.map(({ property }) => property),
      ["instance.userData"],
    );
    assert.match(
      issues.map(sentence).join(),
      /is \d+ bytes of user data \(attributes 0, own parts \d+, Chef \d+\), expected at most 16384; move/,
    );
    assert.deepEqual(properties({ userData: { before: [SCRIPT] } }, { attributes: { noise } }), ["attributes"]);
  });
});

describe("an instance's volumes", () => {
  const volumes = (list: object[], args: Partial<ChefAutoScalingGroupArgs> = {}) =>
    properties({ volumes: list as never }, args).map((property) => property.replace("instance.volumes.", ""));
  const ONE = { deviceName: "/dev/sdf", sizeGib: 20 };

  it("have any size and speed that AWS supports, mounted or not, blank or from a snapshot", () => {
    const fast = { deviceName: "/dev/xvdg", snapshotId: later, iops: 6000, throughputMibps: 500, kmsKeyArn: KEY };
    const mounted = { ...ONE, deviceName: "/dev/sdh", mountPoint: "/var/lib/postgresql", filesystem: "xfs" };
    assert.deepEqual(volumes([ONE, fast, mounted]), []);
    for (const mountPoint of ["/data", "/var/log", "/usr/local/share/models", "/opt/application", "/home/deploy"]) {
      assert.deepEqual(volumes([{ ...ONE, mountPoint }]), [], mountPoint);
    }
    assert.deepEqual(volumes([ONE], { launch: "configuration" }), []);
  });

  const WRONG: [string, object[], ...string[]][] = [
    ["no device name", [{ ...ONE, deviceName: "sdf" }], "0.deviceName"],
    ["one name twice", [ONE, { ...ONE, deviceName: "/dev/xvdf" }], "1.deviceName"],
    ["no size", [{ deviceName: "/dev/sdf" }], "0.sizeGib"],
    ["too large", [{ ...ONE, sizeGib: 70_000 }], "0.sizeGib"],
    ["IOPS that io2 needs", [{ ...ONE, kind: "io2" }], "0.iops"],
    ["more throughput than its IOPS give", [{ ...ONE, throughputMibps: 1000 }], "0.throughputMibps"],
    ["a folder of the system", [{ ...ONE, mountPoint: "/var" }], "0.mountPoint"],
    ["a folder of the client's", [{ ...ONE, mountPoint: "/opt/chef" }], "0.mountPoint"],
    ["a folder within the client's configuration", [{ ...ONE, mountPoint: "/etc/chef" }], "0.mountPoint"],
    ["a folder of cloud-init's", [{ ...ONE, mountPoint: "/var/lib/cloud/instance" }], "0.mountPoint"],
    ["a folder of programs", [{ ...ONE, mountPoint: "/usr/bin" }], "0.mountPoint"],
    ["a folder that a shell would read otherwise", [{ ...ONE, mountPoint: "/data '" }], "0.mountPoint"],
    ["a way up", [{ ...ONE, mountPoint: "/data/../etc" }], "0.mountPoint"],
    ["a filesystem that nobody mounts", [{ ...ONE, filesystem: "xfs" }], "0.filesystem"],
    ["a key that is none", [{ ...ONE, kmsKeyArn: "alias/ebs" }], "0.kmsKeyArn"],
  ];
  for (const [title, list, ...expected] of WRONG) {
    it(`are refused: ${title}`, () => assert.deepEqual(volumes(list), expected));
  }

  it("are mounted from the outer folder to the inner, in whatever order they are given", () => {
    const at = (deviceName: string, mountPoint: string) => ({ deviceName, mountPoint });
    const script = mountScript([at("/dev/sdf", "/data/deep"), at("/dev/sdg", "/data"), at("/dev/sdh", "/var/log")]);
    assert.match(script ?? "", /volumes='\/dev\/sdg \/data ext4\n\/dev\/sdf \/data\/deep ext4\n\/dev\/sdh /);
  });

  it("are refused with a launch configuration that could not encrypt them", () => {
    const list = [{ ...ONE, kmsKeyArn: KEY, snapshotId: "snap-1" }];
    assert.deepEqual(volumes(list, { launch: "configuration" }), ["0.kmsKeyArn", "0.snapshotId"]);
  });
});

describe("an instance's metadata and network", () => {
  const inTemplate = { launch: "configuration" as const };

  it("may be opened as far as AWS allows", () => {
    const egress = [
      { fromPort: 443, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
      { fromPort: 0, toPort: 65_535, prefixListIds: ["pl-1"] },
      { protocol: "icmp" as const, cidrBlocks: ["10.0.0.0/8"] },
    ];
    const metadata = { hopLimit: 2, tags: true, ipv6: true };
    assert.deepEqual(properties({ metadata, egress, ipv6AddressCount: 1 }, { tags: { "cost:centre": "1" } }), []);
    assert.deepEqual(properties({ metadata: { hopLimit: 64 }, ipv6AddressCount: 0 }, inTemplate), []);
  });

  it("are refused if AWS does not support them", () => {
    assert.deepEqual(properties({ metadata: { hopLimit: 0 } }), ["instance.metadata.hopLimit"]);
    assert.deepEqual(properties({ metadata: { tags: true } }, { tags: { "cost centre": "1", "a/b": "2" } }), ["tags"]);
    assert.deepEqual(properties({ ipv6AddressCount: -1 }), ["instance.ipv6AddressCount"]);
    const all = { metadata: { tags: true, ipv6: true }, ipv6AddressCount: 1 };
    assert.deepEqual(properties(all, inTemplate), [
      "instance.metadata.tags",
      "instance.metadata.ipv6",
      "instance.ipv6AddressCount",
    ]);
  });

  it("let an instance reach what its first boot needs", () => {
    const https = { fromPort: 443, cidrBlocks: ["0.0.0.0/0"] };
    const egress = (rules: object[], args: Partial<ChefAutoScalingGroupArgs> = {}) =>
      properties({ egress: rules as never }, args);
    assert.deepEqual(egress([]), ["instance.egress"]);
    assert.deepEqual(egress([{ ...https, fromPort: 80 }]), ["instance.egress"]);
    assert.deepEqual(egress([{ protocol: "-1", securityGroupIds: later }]), []);
    const own = { chef: { ...CHEF, serverUrl: "https://chef.example.com:8443/organizations/acme" } };
    assert.deepEqual(egress([https], own), ["instance.egress"]);
    assert.deepEqual(egress([https, { ...https, fromPort: 8443 }], own), []);
    assert.deepEqual(egress([https], { securityGroupIds: ["sg-1"] }), ["instance.egress"]);
    assert.deepEqual(egress([https, { ...https, description: "again" }]), ["instance.egress.1"]);
    assert.deepEqual(egress([https, { ...https, protocol: "udp", description: "DNS → all" }]), [
      "instance.egress.1.description",
    ]);
    const none = { chef: { ...CHEF, serverUrl: "chef.example.com" } };
    assert.deepEqual(egress([https], none), ["chef.serverUrl"]);
    assert.deepEqual(egress([https, { fromPort: 1 }, { ...https, cidrBlocks: ["::/0"] }, { protocol: "udp" }]), [
      "instance.egress.1",
      "instance.egress.2",
      "instance.egress.3",
      "instance.egress.3",
    ]);
  });
});
