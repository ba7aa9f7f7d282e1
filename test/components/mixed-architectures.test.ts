import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs } from "../../components";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";
const ROLLOUT = "pulumi-nodejs:dynamic/chef-autoscaling:Rollout";

const MIXED: Partial<ChefAutoScalingGroupArgs> = {
  instanceType: "c7i.large",
  keyName: "operators",
  tags: { team: "web" },
  instance: { volumes: [{ deviceName: "/dev/sdf", sizeGib: 20 }] },
  mixedInstances: {
    types: [
      { instanceType: "c7i.large" },
      { instanceType: "c7g.large", image: "arm" },
      { instanceType: "c6g.large", image: "arm" },
    ],
    images: { arm: "ami-0arm" },
  },
};

describe("a group of several images", () => {
  it("has a launch template for each image, the same but for image, type and name", async () => {
    const declared = await declareGroup(MIXED);
    const { namePrefix, ...own } = declared.one(TEMPLATE, "web-template").inputs;
    const { name, ...arm } = declared.one(TEMPLATE, "web-template-arm").inputs;
    assert.deepEqual([namePrefix, name], ["web-", "staging-web-arm"]);
    assert.deepEqual([own.imageId, own.instanceType], ["ami-0abc", "c7i.large"]);
    assert.deepEqual([arm.imageId, arm.instanceType], ["ami-0arm", "c7g.large"]);
    assert.deepEqual({ ...arm, imageId: "ami-0abc", instanceType: "c7i.large" }, own);
    for (const part of ["userData", "iamInstanceProfile", "metadataOptions", "tagSpecifications", "keyName"]) {
      assert.ok(arm[part], part);
    }
    assert.equal((arm.blockDeviceMappings as unknown[]).length, 2);
  });

  it("hands each type the template of its image, by a name that is known before it is there", async () => {
    const declared = await declareGroup(MIXED);
    const group = declared.one(GROUP);
    const { launchTemplate } = group.inputs.mixedInstancesPolicy as { launchTemplate: Record<string, unknown> };
    const launchTemplateSpecification = { launchTemplateName: "staging-web-arm", version: "7" };
    assert.deepEqual(launchTemplate.overrides, [
      { instanceType: "c7i.large" },
      { instanceType: "c7g.large", launchTemplateSpecification },
      { instanceType: "c6g.large", launchTemplateSpecification },
    ]);
    const sources = group.propertyDependencies.mixedInstancesPolicy?.map((urn) => urn.split("::").at(-1)).sort();
    assert.deepEqual(sources, ["web-template", "web-template-arm"]);
  });

  it("hands the rollout both versions", async () => {
    const { inputs } = (await declareGroup(MIXED)).one(ROLLOUT);
    const own = { LaunchTemplateId: "web-template-arm-id", LaunchTemplateName: "staging-web-arm", Version: "7" };
    assert.deepEqual([inputs.templateId, inputs.version], ["web-template-id", "7"]);
    assert.deepEqual((inputs.mixedInstances as { Overrides: unknown }).Overrides, [
      { InstanceType: "c7i.large" },
      { InstanceType: "c7g.large", LaunchTemplateSpecification: own },
      { InstanceType: "c6g.large", LaunchTemplateSpecification: own },
    ]);
  });

  it("tells its templates by the names of the images", async () => {
    let templates: unknown;
    await declare(() => {
      new ChefAutoScalingGroup("web", groupArgs(MIXED)).imageTemplates.apply((found) => {
        templates = found;
      });
    });
    assert.deepEqual(templates, { arm: { id: "web-template-arm-id", version: "7" } });
  });

  it("passes on to all templates, but for the name of one", async () => {
    const passOn = { launchTemplate: { name: "mine", ebsOptimized: "true" } };
    const declared = await declareGroup({ ...MIXED, passOn });
    const { inputs: own } = declared.one(TEMPLATE, "web-template");
    const { inputs: arm } = declared.one(TEMPLATE, "web-template-arm");
    assert.deepEqual([own.name, own.ebsOptimized], ["mine", "true"]);
    assert.deepEqual([arm.name, arm.ebsOptimized], ["staging-web-arm", "true"]);
  });

  it("asks each image for its root volume and its architecture", async () => {
    const ofSize = (images: Record<string, pulumi.Input<string>>, rootVolume = {}) =>
      declareGroup({ ...MIXED, rootVolume, mixedInstances: { types: typesOf("c7a.large"), images } });
    const small = { sizeGib: 4 };
    await ofSize({ arm: "ami-0abc" }, small);
    await assert.rejects(
      ofSize({ arm: "ami-0of8gib" }, small),
      /'rootVolume\.sizeGib' is 4, expected at least .* 8 GiB/,
    );
    const refused =
      /'mixedInstances\.types\.1\.instanceType' is "c7a\.large", expected a type of arm64, as the image is/;
    await assert.rejects(ofSize({ arm: "ami-0arm" }), refused);
    await assert.rejects(ofSize({ arm: pulumi.output("ami-0arm") }), refused);
    await assert.rejects(
      ofSize({ arm: pulumi.output("arm") }),
      /'mixedInstances\.images\.arm' is "arm", expected an image's id/,
    );
  });

  it("hibernates in each template, of types and images that can", async () => {
    const pool = { warmPool: { state: "Hibernated" as const }, rootVolume: { sizeGib: 30 } };
    const declared = await declareGroup({ ...MIXED, ...pool });
    for (const name of ["web-template", "web-template-arm"]) {
      assert.deepEqual(declared.one(TEMPLATE, name).inputs.hibernationOptions, { configured: true }, name);
    }
    assert.equal(declared.calls.filter((token) => token === "aws:ec2/getInstanceType:getInstanceType").length, 3);
  });
});

function typesOf(arm: string) {
  return [{ instanceType: "c7i.large" }, { instanceType: arm, image: "arm" }];
}
