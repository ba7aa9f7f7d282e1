import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { groupMistakes } from "../../components/group/group-validation";
import { raise, sentence } from "../../components/mistakes";
import { groupArgs } from "../helpers/arguments";

function properties(args: Partial<ChefAutoScalingGroupArgs>): string[] {
  return groupMistakes(groupArgs(args)).map(({ property }) => property);
}

describe("a group's arguments", () => {
  it("pass when they are sound", () => {
    assert.deepEqual(properties({ scaling: { out: {}, in: {} } }), []);
  });

  const CASES: Array<[string, Partial<ChefAutoScalingGroupArgs>, string]> = [
    ["min above max", { capacity: { min: 5, max: 4 } }, "capacity.min"],
    ["desired outside", { capacity: { min: 1, max: 4, desired: 5 } }, "capacity.desired"],
    ["half an instance", { capacity: { min: 0.5, max: 4 } }, "capacity.min"],
    ["subnets and zones", { availabilityZones: ["eu-west-3a"] }, "availabilityZones"],
    ["neither subnets nor zones", { subnetIds: undefined }, "subnetIds"],
    ["a slash in the group's name", { groupName: "web/1" }, "groupName"],
    ["a policy name without its group", { policyName: "web" }, "policyGroup"],
    ["a policyfile beside a run list", { policyName: "a", policyGroup: "b", runList: ["recipe[x]"] }, "policyName"],
    ["thresholds that cross", { scaling: { out: { threshold: 30 }, in: { threshold: 30 } } }, "scaling.in.threshold"],
    ["a period of 45 s", { scaling: { out: { periodSeconds: 45 } } }, "scaling.out.periodSeconds"],
    ["more datapoints than periods", { scaling: { in: { datapointsToAlarm: 6 } } }, "scaling.in.datapointsToAlarm"],
    ["scale-in that adds", { scaling: { in: { adjustment: 1 } } }, "scaling.in.adjustment"],
    ["a function of an hour", { reaper: { timeoutSeconds: 3600 } }, "reaper.timeoutSeconds"],
  ];
  for (const [title, args, property] of CASES) {
    it(`refuse ${title}`, () => assert.deepEqual(properties(args), [property]));
  }

  it("are reported all together, each with property, value, expectation and way out", () => {
    const args = groupArgs({ capacity: { min: 5, max: 4 }, groupName: "" });
    assert.throws(
      () => raise('Group "web"', groupMistakes(args)),
      (error: Error) =>
        /2 mistakes/.test(error.message) &&
        /'capacity.min' is 5/.test(error.message) &&
        /'groupName'/.test(error.message),
    );
  });

  it("never accept thresholds without a gap, whatever they are", () => {
    const threshold = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(threshold, threshold, (high, low) => {
        const refused = properties({ scaling: { out: { threshold: high }, in: { threshold: low } } });
        assert.equal(refused.includes("scaling.in.threshold"), low >= high);
      }),
    );
  });

  it("are quoted in the message", () => {
    const mistake = { property: "a", value: "x", expected: "y", wayOut: "do z" };
    assert.equal(sentence(mistake), `'a' is "x", expected y; do z`);
  });
});
