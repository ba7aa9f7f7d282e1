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

describe("a group with a launch template to begin with", () => {
  it("takes over what it does not decide, and keeps what it decides", async () => {
    const { inputs } = (await declareGroup({ baseTemplate: { id: "lt-1" } })).one(TEMPLATE);
    const { placement, ebsOptimized, creditSpecification, imageId, keyName } = inputs;
    assert.deepEqual(
      { placement, ebsOptimized, creditSpecification },
      { placement: { groupName: "near" }, ebsOptimized: "true", creditSpecification: { cpuCredits: "unlimited" } },
    );
    assert.deepEqual([imageId, keyName, Object.hasOwn(inputs, "disableApiStop")], ["ami-0abc", undefined, false]);
    assert.notEqual(inputs.userData, FOUND.userData);
  });

  it("lets what is passed on win, and takes a template that is known only later", async () => {
    const baseTemplate = { name: pulumi.output(Promise.resolve("old")) };
    const passOn = { launchTemplate: { creditSpecification: { cpuCredits: "standard" }, ebsOptimized: undefined } };
    const { inputs } = (await declareGroup({ baseTemplate, passOn })).one(TEMPLATE);
    assert.deepEqual([inputs.creditSpecification, inputs.ebsOptimized], [{ cpuCredits: "standard" }, "true"]);
  });

  it("asks for none where none is named", async () => {
    assert.ok(!(await declareGroup({})).calls.includes(TOKEN));
  });

  it("is refused with what turns out to be no template's id", async () => {
    const baseTemplate = { id: pulumi.output(Promise.resolve("sg-1")) };
    const refused = /Group "web" has a mistake:\n.*'baseTemplate\.id' is "sg-1", expected a launch template's id/;
    await assert.rejects(declareGroup({ baseTemplate }), refused);
  });
});
