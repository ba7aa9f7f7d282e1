import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { firstPreview } from "./library";
import { Pack, type Report } from "./pack";

const RULE = "instance-type-matches-bake";
const SAFE = { metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 } };

function bake(name = "bake", instanceType = "m7i.large"): pulumi.Output<string> {
  const environment = { BAKE_INSTANCE_TYPE: instanceType };
  return new command.local.Command(name, { create: "echo ami-1", environment }).stdout;
}

function template(args: aws.ec2.LaunchTemplateArgs, name = "web"): aws.ec2.LaunchTemplate {
  return new aws.ec2.LaunchTemplate(name, { ...SAFE, ...args });
}

function runs(imageId: pulumi.Input<string>, instanceType: pulumi.Input<string> = "m7i.xlarge"): void {
  template({ imageId, instanceType });
}

type Overrides = aws.types.input.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverride[];
type Called = aws.types.input.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification;

function group(called: Called, overrides: Overrides, options?: pulumi.CustomResourceOptions): aws.autoscaling.Group {
  const launchTemplate = { launchTemplateSpecification: { version: "1", ...called }, overrides };
  const sizes = { minSize: 1, maxSize: 2, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] };
  return new aws.autoscaling.Group("web", { ...sizes, mixedInstancesPolicy: { launchTemplate } }, options);
}

/** Programs in which the type that runs differs from the one that baked, each in another way. */
const STOPPED: Readonly<Record<string, () => void>> = {
  "an image id through apply and all": () => {
    const other = new aws.sqs.Queue("other", {});
    const ids = pulumi.all([bake(), other.arn]).apply(([text]) => ({ deep: [text] }));
    runs(ids.apply(({ deep: [id] }) => `${id}`.trim()));
  },
  "an image id and a type that are secrets": () => runs(pulumi.secret(bake()), pulumi.secret("m7i.xlarge")),
  "a template without a type, and a group that lists some": () =>
    group({ launchTemplateId: template({ imageId: bake() }).id }, [{ instanceType: "m7i.xlarge" }]),
  "a template that is called by a name": () => {
    template({ name: "fleet", imageId: bake(), instanceType: "m7i.large" });
    group({ launchTemplateName: "fleet" }, [{ instanceType: "m7i.xlarge" }]);
  },
  "types chosen by attributes": () => {
    const instanceRequirements = { memoryMib: { min: 1 }, vcpuCount: { min: 1 } };
    group({ launchTemplateId: template({ imageId: bake() }).id }, [{ instanceRequirements }]);
  },
  "attributes in the template": () => {
    const instanceRequirements = {
      memoryMib: { min: 1 },
      vcpuCount: { min: 1 },
      allowedInstanceTypes: ["m7i.large", "m7i.*"],
    };
    template({ imageId: bake(), instanceRequirements });
  },
  "a group in a component of another name": () => {
    const fleet = new pulumi.ComponentResource("acme:index:Fleet", "fleet", {}, { aliases: [{ name: "old" }] });
    const { id } = template({ imageId: bake() });
    group({ launchTemplateId: id }, [{ instanceType: "m7i.xlarge" }], { parent: fleet, aliases: [{ name: "before" }] });
  },
  "an SSM parameter": () => runs(new aws.ssm.Parameter("image", { type: "String", value: bake() }).value),
  "an SSM parameter that is read back": () => {
    const { name } = new aws.ssm.Parameter("image", { type: "String", value: bake() });
    runs(aws.ssm.getParameterOutput({ name }).insecureValue);
  },
  "an SSM parameter that EC2 resolves": () => {
    new aws.ssm.Parameter("image", { name: "/web/image", type: "String", value: bake() });
    runs("resolve:ssm:/web/image:3");
  },
  "a copy of a copy": () => {
    const copy = (name: string, sourceAmiId: pulumi.Input<string>) =>
      new aws.ec2.AmiCopy(name, { sourceAmiId, sourceAmiRegion: "eu-west-3" }).id;
    runs(copy("second", copy("first", bake())));
  },
  "an image made from an instance": () => {
    const sourceInstanceId = new aws.ec2.Instance("maker", { ami: bake(), instanceType: "m7i.large", ...SAFE }).id;
    runs(new aws.ec2.AmiFromInstance("image", { sourceInstanceId }).id);
  },
  "a Packer of one's own, by its command line": () => {
    const create = "cd images && packer build -color=false -var 'instance_type=m7i.large' web.pkr.hcl";
    runs(new command.local.Command("bake", { create }).stdout);
  },
  "a Packer of one's own, by its environment": () => {
    const environment = { PKR_VAR_instance_type: "m7i.large" };
    runs(new command.local.Command("bake", { create: "packer build .", environment }).stdout);
  },
  "a Packer of one's own, by a variable of the shell": () => {
    const environment = { TYPE: "m7i.large" };
    runs(
      new command.local.Command("bake", { create: 'packer build -var "instance_type=$TYPE" .', environment }).stdout,
    );
  },
  "two bakes of which none suits": () =>
    runs(pulumi.all([bake("one"), bake("two", "m7i.2xlarge")]).apply(([one, two]) => one || two)),
};

/** Programs that must pass, with the expected advice. */
const PASSING: Readonly<Record<string, { program: () => void; advice?: readonly [rule: string, words: RegExp] }>> = {
  "two bakes of which one suits": {
    program: () => runs(pulumi.all([bake("one"), bake("two", "m7i.xlarge")]).apply(([one, two]) => one || two)),
    advice: [
      "image-origin-known",
      /only the update will choose among the bake 'one' \(m7i.large\), the bake 'two' \(m7i.xlarge\)/,
    ],
  },
  "two templates of two architectures in one group": {
    program: () => {
      const x86 = template({ imageId: bake("x86") }, "x86");
      const arm = template({ imageId: bake("arm", "m7g.large") }, "arm");
      const launchTemplateSpecification = { launchTemplateId: arm.id, version: "1" };
      group({ launchTemplateId: x86.id }, [
        { instanceType: "m7i.large" },
        { instanceType: "m7g.large", launchTemplateSpecification },
      ]);
    },
  },
  "a type that is another resource's output": {
    program: () => runs(bake(), new aws.ssm.Parameter("type", { type: "String", value: "x" }).arn),
    advice: ["launched-type-known", /'web' runs an instance type that is unknown before the update/],
  },
  "a template of another stack": {
    program: () => group({ launchTemplateId: "lt-0abc" }, [{ instanceType: "m7i.xlarge" }]),
    advice: ["launched-type-known", /launches from the template 'lt-0abc', which is not in this stack/],
  },
  "an image of another stack": {
    program: () => runs(new pulumi.StackReference("acme/images/prod").getOutput("web")),
    advice: ["image-origin-known", /'ami-0other', whose bake could not be found: there are no AWS credentials/],
  },
  "a Packer that does not say its type": {
    program: () => runs(new command.local.Command("bake", { create: "packer build web.pkr.hcl" }).stdout),
    advice: ["image-origin-known", /the bake 'bake' does not state in plain text on which instance type it bakes/],
  },
  "a registered image": {
    program: () => runs(new aws.ec2.Ami("image", { architecture: "x86_64", virtualizationType: "hvm" }).id),
    advice: ["image-origin-known", /registered from snapshots/],
  },
  "a template without an image": { program: () => template({ instanceType: "m7i.xlarge" }) },
};

describe("policy: programs of raw resources, on their first preview", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  const judged = async (program: () => void) => {
    const reports = await pack.judge(await firstPreview(program));
    const about = (rule: string) =>
      ["image-origin-known", "launched-type-known"].includes(rule) || rule.endsWith("-bake");
    return reports.filter(({ rule }) => about(rule));
  };
  const mandatory = (reports: readonly Report[]) =>
    reports.filter(({ level }) => level === "mandatory").map(({ rule }) => rule);

  for (const [what, program] of Object.entries(STOPPED)) {
    it(`are stopped behind ${what}`, async () => {
      assert.deepEqual(mandatory(await judged(program)), [RULE]);
    });
  }

  for (const [what, { program, advice }] of Object.entries(PASSING)) {
    it(`pass with ${what}${advice ? ", with advice" : ""}`, async () => {
      const reports = await judged(program);
      assert.deepEqual(mandatory(reports), []);
      assert.deepEqual(
        reports.map(({ rule }) => rule),
        advice ? [advice[0]] : [],
      );
      if (advice) assert.match(reports[0]?.message ?? "", advice[1]);
    });
  }
});
