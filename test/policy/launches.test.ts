import assert from "node:assert/strict";
import { TYPE } from "../../policy/stack/types";
import { foundBy, packForSuite, verdict } from "./judged";
import type { Stack, Written } from "./stack";
import { bake, fromTemplate, LARGE, type Props, packer, runs, SPECIFICATION, WAYS } from "./ways";

const RULE = "instance-type-matches-bake";
const mixed = (launchTemplate: unknown): Stack =>
  fromTemplate(TYPE.group, { mixedInstancesPolicy: { launchTemplate } }, "mixedInstancesPolicy");

/** Command lines of Packer, with the type and architecture that each specifies. */
const LINES: Readonly<Record<string, readonly [line: string, type: string | undefined, environment?: Props]>> = {
  "words in quotes": [`packer build -var 'instance_type=m7i.large' .`, LARGE],
  "a value in quotes": [`packer build -var instance_type="m7i.large" .`, LARGE],
  "the last of two": [`packer build -var instance_type=m7i.xlarge -var instance_type=m7i.large .`, LARGE],
  "lines that go on": [`packer build \\\n  -var instance_type=m7i.large \\\n  .`, LARGE],
  "an assignment in front": [`PKR_VAR_instance_type=m7i.large packer build .`, LARGE],
  "a variable that env sets": [`env PKR_VAR_instance_type=m7i.large packer build .`, LARGE],
  "a variable of a container": [
    `docker run -e PKR_VAR_instance_type=m7i.large hashicorp/packer:1.11 build .`,
    LARGE,
    { PKR_VAR_instance_type: "t3.small" },
  ],
  "an exported variable": [`export PKR_VAR_instance_type=m7i.large; cd images && packer build .`, LARGE],
  "the shell's own variable": [`TYPE=m7i.large\npacker build -var "instance_type=\${TYPE}" .`, LARGE],
  "what is printed": [
    `echo packer build -var instance_type=m7i.xlarge . && packer build -var instance_type=m7i.large .`,
    LARGE,
  ],
  "a comment": [
    `# packer build -var instance_type=m7i.xlarge .\npacker build -var instance_type=m7i.large . # -var instance_type=x`,
    LARGE,
  ],
  "a here-document": [
    `cat > run.sh <<'EOF'\npacker build -var instance_type=m7i.xlarge .\nEOF\npacker build -var instance_type=m7i.large .`,
    LARGE,
  ],
  "a shell in a shell": [`bash -c "packer build -var instance_type=m7i.large ."`, LARGE],
  "another program in front": [`aws-vault exec ci -- packer build -var instance_type=m7i.large .`, LARGE],
  "Packer's container": [`docker run -v "$PWD:/w" hashicorp/packer:1.11 build -var instance_type=m7i.large .`, LARGE],
  "a substitution": [`ID=$(packer build -var instance_type=m7i.large . | tail -1); echo "$ID"`, LARGE],
  "a variable of a list that must hold": ["cd images && T=m7i.large && packer build -var instance_type=$T .", LARGE],
  "a variable of a branch, within it": [
    `if [ -d images ]; then\n  T=m7i.large\n  packer build -var instance_type=$T .\nfi`,
    LARGE,
  ],
  "a variable that another is set over where something holds": [
    `T=t3.small; [ "$ARCH" = arm ] && T=m7g.large; packer build -var instance_type=$T .`,
    undefined,
  ],
  "a variable that a branch sets": [
    `T=t3.small\nif [ -n "$ARM" ]; then\n  T=m7g.large\nfi\npacker build -var instance_type=$T .`,
    undefined,
  ],
  "a variable that a case sets": [
    `case "$ARCH" in\n  arm) export PKR_VAR_instance_type=m7g.large ;;\n  *) export PKR_VAR_instance_type=t3.small ;;\nesac\npacker build .`,
    undefined,
  ],
  "the variable of a loop": [
    `T=t3.small; for T in m7i.large m7g.large; do packer build -var instance_type=$T .; done`,
    undefined,
  ],
  "what is read from a file": [`T=t3.small; read -r T < type; packer build -var instance_type=$T .`, undefined],
  "a value that the shell runs for": ["packer build -var instance_type=`cat type` .", undefined],
  "a value that the shell runs for, before a variable": [
    "packer build -var instance_type=$(cat type) .",
    undefined,
    { PKR_VAR_instance_type: "t3.small" },
  ],
  "a file of variables behind": [`packer build -var instance_type=t3.small -var-file=prod.pkrvars.hcl .`, undefined],
  "a file of variables, over the environment": [
    `packer build -var-file=prod.pkrvars.hcl .`,
    undefined,
    { PKR_VAR_instance_type: "t3.small" },
  ],
};

describe("policy: every way to launch an instance", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  for (const [what, stack] of Object.entries(WAYS)) {
    it(`is compared: ${what}`, async () => {
      const found = await foundBy(pack(), RULE, stack);
      assert.deepEqual(
        found.map(({ level }) => level),
        ["mandatory"],
        what,
      );
      assert.match(found[0]?.message ?? "", /runs 'm7i\.(xlarge|\*)' on an image that is baked on 'm7i\.large'/);
    });
  }

  for (const [what, [create, type, environment = {}]] of Object.entries(LINES)) {
    it(`reads Packer's command line as a shell does: ${what}`, async () => {
      const stack = (instanceType: string) => ({ bake: packer(create, { environment }), web: runs(instanceType) });
      const expected = type === undefined ? ["passes", "advises"] : ["stops", "passes"];
      assert.equal(await verdict(pack(), RULE, stack("c5.large")), expected[0]);
      assert.equal(await verdict(pack(), "image-origin-known", stack("c5.large")), expected[1]);
      if (type !== undefined) assert.equal(await verdict(pack(), RULE, stack(type)), "passes");
    });
  }

  for (const [word, type, other] of [
    ["x64", LARGE, "m7g.large"],
    ["amd64", LARGE, "m7g.large"],
    ["x86", LARGE, "m7g.large"],
    ["aarch64", "m7g.large", LARGE],
    ["nvidia", "g5.xlarge", undefined],
  ] as const) {
    it(`recognizes the name '${word}' for an architecture, or derives it from the type`, async () => {
      const stack = (runsOn: string) => ({
        bake: packer(`packer build -var arch=${word} -var instance_type=${type} .`),
        web: runs(runsOn),
      });
      assert.equal(await verdict(pack(), "architecture-matches-bake", stack(type)), "passes");
      if (other) assert.equal(await verdict(pack(), "architecture-matches-bake", stack(other)), "stops");
    });
  }

  it("knows the regions to which Packer copies, and none if only AWS_REGION is set", async () => {
    const at = (line: string, environment: Props = {}) => ({ bake: packer(line, { environment }), web: runs(LARGE) });
    const copies = `packer build -var region=us-east-1 -var 'ami_regions=["us-east-1","eu-west-1"]' .`;
    assert.equal(await verdict(pack(), "region-matches-bake", at(copies)), "passes");
    assert.equal(
      await verdict(pack(), "region-matches-bake", at("packer build .", { AWS_REGION: "us-east-1" })),
      "passes",
    );
    assert.equal(await verdict(pack(), "region-matches-bake", at("packer build -var region=us-east-1 .")), "stops");
  });

  it("treats each of several builds as a separate origin", async () => {
    const two = "packer build -var instance_type=m7i.large a && packer build -var instance_type=m7g.large b";
    const stack = (type: string) => ({ bake: packer(two), web: runs(type) });
    assert.equal(await verdict(pack(), RULE, stack(LARGE)), "passes");
    assert.equal(await verdict(pack(), RULE, stack("m7g.large")), "passes");
    assert.equal(await verdict(pack(), RULE, stack("c5.large")), "stops");
    const [advice] = await foundBy(pack(), "image-origin-known", stack(LARGE));
    assert.match(advice?.message ?? "", /only the update will choose among .*m7i\.large.*m7g\.large/);
    const differ = packer("packer build -var instance_type=m7i.large .", {
      update: "packer build -var instance_type=m7g.large .",
    });
    assert.equal(await verdict(pack(), RULE, { bake: differ, web: runs("m7g.large") }), "passes");
  });

  it("compares each type of a group with the image of its own template, if that has a name", async () => {
    const named = { launchTemplateName: "web-amd", version: "$unknown" };
    const two = (first: string, own: string): Stack => ({
      bake: bake(),
      "bake-amd": bake("m7a.large"),
      template: runs(undefined),
      "template-amd": runs(undefined, { name: "web-amd" }, { imageId: "bake-amd" }),
      web: {
        type: TYPE.group,
        props: {
          mixedInstancesPolicy: {
            launchTemplate: {
              launchTemplateSpecification: SPECIFICATION,
              overrides: [{ instanceType: first }, { instanceType: own, launchTemplateSpecification: named }],
            },
          },
        },
        from: { mixedInstancesPolicy: ["template", "template-amd"] },
        region: "eu-west-1",
      },
    });
    assert.equal(await verdict(pack(), RULE, two(LARGE, "m7a.large")), "passes");
    assert.equal(await verdict(pack(), RULE, two(LARGE, LARGE)), "stops");
    assert.equal(await verdict(pack(), RULE, two("m7a.large", "m7a.large")), "stops");
  });

  it("compares the architecture of instance requirements, by CPU manufacturers and type patterns", async () => {
    const requiring = (more: object): Stack =>
      mixed({
        launchTemplateSpecification: SPECIFICATION,
        overrides: [{ instanceRequirements: { vcpuCount: { min: 2 }, memoryMib: { min: 1 }, ...more } }],
      });
    await pack().configure({ [RULE]: { comparison: "architecture" } });
    const byArchitecture = async (more: object) => [
      await verdict(pack(), "architecture-matches-bake", requiring(more)),
      await verdict(pack(), RULE, requiring(more)),
    ];
    for (const suits of [
      {},
      { cpuManufacturers: ["amd", "amazon-web-services"] },
      { allowedInstanceTypes: ["m7g.*", "m7i*"] },
    ])
      assert.deepEqual(await byArchitecture(suits), ["passes", "passes"], JSON.stringify(suits));
    const [graviton, both] = [{ cpuManufacturers: ["amazon-web-services"] }, ["m7g*", "c7g.large"]];
    for (const none of [graviton, { allowedInstanceTypes: both }])
      assert.deepEqual(await byArchitecture(none), ["stops", "passes"], JSON.stringify(none));
    assert.equal(
      (await foundBy(pack(), "architecture-matches-bake", requiring({ allowedInstanceTypes: both }))).length,
      1,
    );
    await pack().configure({});
    assert.equal(await verdict(pack(), RULE, requiring({})), "stops");
    const [advice] = await foundBy(pack(), "launched-type-known", requiring({}));
    assert.match(advice?.message ?? "", /AWS chooses by instanceRequirements at each launch/);
  });

  it("reports that it cannot compare if the list of types, or the whole policy, is unknown", async () => {
    for (const stack of [
      mixed({ launchTemplateSpecification: SPECIFICATION, overrides: "$unknown" }),
      mixed("$unknown"),
      fromTemplate(TYPE.group, { mixedInstancesPolicy: "$unknown" }, "mixedInstancesPolicy"),
      fromTemplate(TYPE.fleet, { launchTemplateConfigs: "$unknown" }, "launchTemplateConfigs"),
      fromTemplate(TYPE.nodeGroup, { instanceTypes: "$unknown", launchTemplate: { id: "$unknown" } }),
    ]) {
      const known = { ...stack, template: runs("m7i.xlarge") };
      assert.equal(await verdict(pack(), "launched-type-known", known), "advises", JSON.stringify(stack.web));
      assert.equal(await verdict(pack(), RULE, known), "passes");
    }
  });

  for (const [what, type, props, property] of [
    ["a node class of Karpenter", "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", { spec: "$unknown" }, "spec"],
    ["a cluster of EMR", "aws:emr/cluster:Cluster", { customAmiId: "$unknown" }, "customAmiId"],
    ["a node group of aws-native", "aws-native:eks:Nodegroup", { launchTemplate: "$unknown" }, "launchTemplate"],
    [
      "a spot fleet of aws-native",
      "aws-native:ec2:SpotFleet",
      { spotFleetRequestConfigData: "$unknown" },
      "spotFleetRequestConfigData",
    ],
    [
      "a stack of CloudFormation",
      "aws:cloudformation/stack:Stack",
      { parameters: { Image: "$unknown" } },
      "parameters",
    ],
  ] as const) {
    it(`reports that ${what} was not compared`, async () => {
      const stack: Stack = {
        bake: bake(),
        template: runs(LARGE),
        web: { type, props, from: { [property]: property === "launchTemplate" ? "template" : "bake" } },
      };
      const [advice, ...more] = await foundBy(pack(), "launched-type-known", stack);
      assert.deepEqual(more, []);
      assert.match(advice?.message ?? "", /^.*\n'web' \(.*\) uses an image or a template of this stack/);
    });
  }

  it("distinguishes the same name in two regions", async () => {
    const parameter = (region: string, from: string): Written => ({
      type: TYPE.ssmParameter,
      props: { name: "/web/image", value: "$unknown" },
      from: { value: from },
      region,
    });
    const stack: Stack = {
      bake: bake(),
      other: bake("c5.large"),
      far: parameter("us-east-1", "other"),
      near: parameter("eu-west-1", "bake"),
      web: runs(LARGE, { imageId: "resolve:ssm:/web/image" }, {}),
    };
    assert.equal(await verdict(pack(), RULE, stack), "passes");
    assert.equal(await verdict(pack(), "image-origin-known", stack), "passes");
    const template = (region: string, from: string): Written => ({
      ...runs(undefined, { name: "web" }, { imageId: from }),
      region,
    });
    const named: Stack = {
      bake: bake(),
      other: bake("c5.large"),
      far: template("us-east-1", "other"),
      near: template("eu-west-1", "bake"),
      web: {
        type: TYPE.instance,
        props: { instanceType: LARGE, launchTemplate: { name: "web" } },
        region: "eu-west-1",
      },
    };
    assert.equal(await verdict(pack(), RULE, named), "passes");
    assert.equal(await verdict(pack(), "image-origin-known", named), "passes");
  });

  it("fails a new image of another type although the group's inputs keep the old version", async () => {
    const group = { launchTemplate: { id: "lt-0abc", version: "3" } };
    const stack: Stack = {
      bake: bake("m7i.xlarge"),
      template: runs(LARGE, { name: "web-1" }),
      web: { type: TYPE.group, props: group, from: { launchTemplate: "template" } },
    };
    assert.equal(await verdict(pack(), RULE, stack), "stops");
    assert.equal(await verdict(pack(), "launched-type-known", stack), "passes");
    const agreed = { ...stack, bake: bake(LARGE) };
    assert.equal(await verdict(pack(), RULE, agreed), "passes");
  });

  it("reports the mistake once, with its fix", async () => {
    const stack = { bake: packer("packer build ."), web: runs(LARGE) };
    const [advice, ...more] = await foundBy(pack(), "image-origin-known", stack);
    assert.deepEqual(more, []);
    assert.match(advice?.message ?? "", /; give packer build the type as plain text: -var instance_type=/);
    assert.ok(!advice?.message.includes("credentials"));
  });
});
