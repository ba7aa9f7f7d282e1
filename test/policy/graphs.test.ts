import assert from "node:assert/strict";
import fc from "fast-check";
import { LAUNCHERS, TYPE } from "../../policy/types";
import { Pack } from "./pack";
import { type TestResource, UNKNOWN_TEXT, urnOf } from "./stack";

/** Properties that rules look at, by chance with values of any shape. */
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
    ),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("instanceType", "Statement", "overrides", "launchTemplate", "version"), tie("any")),
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
  this.timeout(120_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  it("is judged without a crash and without the touch of an unknown value", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (resources) => {
        const reports = await pack.judge(resources);
        assert.deepEqual(
          reports.filter(({ message }) => message.includes("during preview:")),
          [],
        );
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
