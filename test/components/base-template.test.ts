import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs } from "../../components";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const TOKEN = "aws:ec2/getLaunchTemplate:getLaunchTemplate";
const FOUND = {
  ...{ id: "lt-1", name: "old", latestVersion: 3, imageId: "ami-0old", keyName: "operators", userData: "c2VjcmV0" },
  ...{ placements: [{ groupName: "near", tenancy: "" }], ebsOptimized: "true", disableApiStop: false },
  creditSpecifications: [{ cpuCredits: "unlimited" }],
};

function declareGroup(args: Partial<ChefAutoScalingGroupArgs>) {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs(args)), "test", { [TOKEN]: FOUND });
}

describe("a group with a base launch template", () => {
  it("copies what it does not decide, and keeps what it decides", async () => {
    const { inputs } = (await declareGroup({ baseTemplate: { id: "lt-1" } })).one(TEMPLATE);
    const { placement, ebsOptimized, creditSpecification, imageId, keyName } = inputs;
    assert.deepEqual(
      { placement, ebsOptimized, creditSpecification },
      { placement: { groupName: "near" }, ebsOptimized: "true", creditSpecification: { cpuCredits: "unlimited" } },
    );
    assert.deepEqual([imageId, keyName, Object.hasOwn(inputs, "disableApiStop")], ["ami-0abc", undefined, false]);
    assert.notEqual(inputs.userData, FOUND.userData);
  });

  it("gives passed-on properties precedence, and accepts a template that is known only later", async () => {
    const baseTemplate = { name: pulumi.output(Promise.resolve("old")) };
    const passOn = { launchTemplate: { creditSpecification: { cpuCredits: "standard" }, ebsOptimized: undefined } };
    const { inputs } = (await declareGroup({ baseTemplate, passOn })).one(TEMPLATE);
    assert.deepEqual([inputs.creditSpecification, inputs.ebsOptimized], [{ cpuCredits: "standard" }, "true"]);
  });

  it("reads no template if none is given", async () => {
    assert.ok(!(await declareGroup({})).calls.includes(TOKEN));
  });

  it("is refused once it turns out that the id does not belong to a template", async () => {
    const baseTemplate = { id: pulumi.output(Promise.resolve("sg-1")) };
    const refused = /Group "web" has a mistake:\n.*'baseTemplate\.id' is "sg-1", expected a launch template's id/;
    await assert.rejects(declareGroup({ baseTemplate }), refused);
  });
});
