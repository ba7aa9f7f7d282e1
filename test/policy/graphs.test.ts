import assert from "node:assert/strict";
import fc from "fast-check";
import { rules } from "../../policy/rules";
import { LAUNCHERS, TYPE } from "../../policy/stack/types";
import { Pack } from "./pack";
import { type TestResource, UNKNOWN_TEXT, urnOf } from "./stack";

/** Properties that rules read, which may get values of any shape. */
const KEYS = [
  "imageId",
  "instanceType",
  "environment",
  "metadataOptions",
  "blockDeviceMappings",
  "networkInterfaces",
  "launchTemplate",
  "mixedInstancesPolicy",
  "autoscalingGroupName",
  "stepAdjustments",
  "alarmActions",
  "policy",
  "ingress",
  "tags",
  "userData",
  "redrivePolicy",
  "topic",
  "endpoint",
  "threshold",
  "ami",
  "sourceAmiId",
  "sourceInstanceId",
  "value",
  "create",
  "instanceRequirements",
  "eventPattern",
  "arn",
  "rule",
  "rootBlockDevice",
  "inlinePolicies",
  "policyArn",
  "containerDefinitions",
  "notificationTargetArn",
  "dimensions",
  "minSize",
  "maxSize",
];

/** Properties that rules read inside of those. */
const INNER = [
  "instanceType",
  "allowedInstanceTypes",
  "Statement",
  "Effect",
  "Principal",
  "overrides",
  "launchTemplate",
  "launchTemplateSpecification",
  "version",
  "httpTokens",
  "httpPutResponseHopLimit",
  "ebs",
  "encrypted",
  "propagateAtLaunch",
  "BAKE_INSTANCE_TYPE",
  "PKR_VAR_instance_type",
];

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(
      UNKNOWN_TEXT,
      null,
      true,
      false,
      1,
      -1,
      "",
      "web",
      "*",
      "{",
      "m7i.large",
      '{"Statement":"*"}',
      '{"detail-type":["EC2 Instance Terminate Successful"]}',
      "resolve:ssm:web",
      "packer build -var instance_type=m7i.large .",
      "arn:aws:iam::210987654321:root",
    ),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...INNER), tie("any")),
  ),
})).any;

const graphs = fc
  .array(
    fc.record({
      type: fc.constantFrom<string>(...Object.values(TYPE), ...LAUNCHERS),
      props: fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 6 }),
      links: fc.dictionary(fc.constantFrom(...KEYS), fc.nat(19), { maxKeys: 3 }),
      parent: fc.option(fc.nat(19), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((drafts): TestResource[] => {
    const urns = drafts.map(({ type }, index) => urnOf(type, `r${index}`));
    const linked = (index: number) => urns.slice(index % urns.length).slice(0, 1);
    return drafts.map(({ type, props, links, parent }, index) => ({
      type,
      name: `r${index}`,
      urn: urns[index] as string,
      props,
      parent: parent === undefined || parent >= index ? undefined : urns[parent],
      dependencies: Object.values(links).flatMap(linked),
      propertyDependencies: Object.fromEntries(Object.entries(links).map(([key, place]) => [key, linked(place)])),
    }));
  });

describe("policy: any graph of resources", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  it("is checked without a crash and without reading an unknown value", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (resources) => {
        const reports = await pack.judge(resources);
        assert.deepEqual(
          reports.filter(({ message }) => message.includes("during preview:")),
          [],
        );
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it("is remediated without a crash, and once is enough", async () => {
    const mending = rules.filter((rule) => "remediateResource" in rule).map(({ name }) => name);
    await pack.configure(Object.fromEntries(mending.map((name) => [name, { level: "remediate" }])));
    await fc.assert(
      fc.asyncProperty(graphs, async (resources) => {
        for (const resource of resources) {
          const props = await pack.remediate(resource);
          if (props) assert.equal(await pack.remediate({ ...resource, props }), undefined);
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
