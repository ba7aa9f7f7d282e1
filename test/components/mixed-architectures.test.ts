import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, type InstanceRequirements } from "../../components";
import { apiRequirements } from "../../components/group/instance-requirements";
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
  it("has a launch template for each image, which differ only in image, type and name", async () => {
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

  it("passes each type the template of its image, by a name that is known before the template exists", async () => {
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

  it("passes both versions to the rollout", async () => {
    const { inputs } = (await declareGroup(MIXED)).one(ROLLOUT);
    const own = { LaunchTemplateId: "web-template-arm-id", LaunchTemplateName: "staging-web-arm", Version: "7" };
    assert.deepEqual([inputs.templateId, inputs.version], ["web-template-id", "7"]);
    assert.deepEqual((inputs.mixedInstances as { Overrides: unknown }).Overrides, [
      { InstanceType: "c7i.large" },
      { InstanceType: "c7g.large", LaunchTemplateSpecification: own },
      { InstanceType: "c6g.large", LaunchTemplateSpecification: own },
    ]);
  });

  it("describes its templates by the names of the images", async () => {
    let templates: unknown;
    await declare(() => {
      new ChefAutoScalingGroup("web", groupArgs(MIXED)).imageTemplates.apply((found) => {
        templates = found;
      });
    });
    assert.deepEqual(templates, { arm: { id: "web-template-arm-id", version: "7" } });
  });

  it("passes properties on to all templates, except the name, which only one can have", async () => {
    const passOn = { launchTemplate: { name: "mine", ebsOptimized: "true" } };
    const declared = await declareGroup({ ...MIXED, passOn });
    const { inputs: own } = declared.one(TEMPLATE, "web-template");
    const { inputs: arm } = declared.one(TEMPLATE, "web-template-arm");
    assert.deepEqual([own.name, own.ebsOptimized], ["mine", "true"]);
    assert.deepEqual([arm.name, arm.ebsOptimized], ["staging-web-arm", "true"]);
  });

  it("requests root volume and architecture of each image", async () => {
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

  it("hibernates in each template, with types and images that support it", async () => {
    const pool = { warmPool: { state: "Hibernated" as const }, rootVolume: { sizeGib: 30 } };
    const declared = await declareGroup({ ...MIXED, ...pool });
    for (const name of ["web-template", "web-template-arm"]) {
      assert.deepEqual(declared.one(TEMPLATE, name).inputs.hibernationOptions, { configured: true }, name);
    }
    assert.equal(declared.calls.filter((token) => token === "aws:ec2/getInstanceType:getInstanceType").length, 3);
  });
});

describe("a group with instance requirements", () => {
  const sets: [InstanceRequirements, InstanceRequirements] = [
    {
      vcpuCount: { min: 2, max: 4 },
      memoryMib: { min: 4096 },
      cpuManufacturers: ["intel"],
      passOn: { burstablePerformance: "included", memoryGibPerVcpu: { min: 2 } },
    },
    { vcpuCount: { min: 2 }, memoryMib: { min: 4096 }, allowedInstanceTypes: ["c7g.*"], image: "arm" },
  ];
  const byAttributes = (
    instanceRequirements: readonly InstanceRequirements[] = sets,
    more: Partial<ChefAutoScalingGroupArgs> = {},
  ) => declareGroup({ mixedInstances: { instanceRequirements, images: { arm: "ami-0arm" } }, ...more });

  it("passes known requirements to the provider with the provider's names", async () => {
    const { inputs } = (await byAttributes()).one(GROUP);
    const { launchTemplate } = inputs.mixedInstancesPolicy as { launchTemplate: { overrides: object[] } };
    const launchTemplateSpecification = { launchTemplateName: "staging-web-arm", version: "7" };
    const [first, second] = sets;
    const { passOn, ...own } = first;
    const { image: _, ...other } = second;
    assert.deepEqual(launchTemplate.overrides, [
      { instanceRequirements: { ...own, ...passOn } },
      { instanceRequirements: other, launchTemplateSpecification },
    ]);
  });

  it("passes the same to the rollout with the names of AWS's API, each of which the SDK knows", async () => {
    const { inputs } = (await byAttributes()).one(ROLLOUT);
    const { Overrides } = inputs.mixedInstances as { Overrides: { InstanceRequirements: object }[] };
    assert.deepEqual(Overrides[0], {
      InstanceRequirements: {
        VCpuCount: { Min: 2, Max: 4 },
        MemoryMiB: { Min: 4096 },
        CpuManufacturers: ["intel"],
        BurstablePerformance: "included",
        MemoryGiBPerVCpu: { Min: 2 },
      },
    });
    const all: Required<NonNullable<InstanceRequirements["passOn"]>> = {
      acceleratorCount: { max: 0 },
      acceleratorManufacturers: ["nvidia"],
      acceleratorNames: ["t4"],
      acceleratorTotalMemoryMib: { min: 1 },
      acceleratorTypes: ["gpu"],
      bareMetal: "excluded",
      baselineEbsBandwidthMbps: { min: 1 },
      burstablePerformance: "included",
      instanceGenerations: ["current"],
      localStorage: "included",
      localStorageTypes: ["ssd"],
      maxSpotPriceAsPercentageOfOptimalOnDemandPrice: 50,
      memoryGibPerVcpu: { min: 1 },
      networkBandwidthGbps: { min: 1 },
      networkInterfaceCount: { min: 1 },
      onDemandMaxPricePercentageOverLowestPrice: 50,
      spotMaxPricePercentageOverLowestPrice: 50,
      totalLocalStorageGb: { min: 1 },
    };
    const named = apiRequirements({
      vcpuCount: { min: 1 },
      memoryMib: { min: 1 },
      requireHibernateSupport: true,
      passOn: all,
    });
    const types = require.resolve("@aws-sdk/client-auto-scaling/package.json").replace("package.json", "dist-types");
    const known = /export interface InstanceRequirements \{[\s\S]*?\n\}/.exec(
      readFileSync(join(types, "models/models_0.d.ts"), "utf8"),
    )?.[0];
    for (const name of Object.keys(named)) assert.match(known ?? "", new RegExp(`^    ${name}\\??:`, "m"), name);
  });

  it("checks for each image whether its requirements permit types that can boot it", async () => {
    const [first, second] = sets;
    const refused = /'mixedInstances\.instanceRequirements\.1' is .*expected a set that allows a type of arm64/;
    await assert.rejects(byAttributes([first, { ...second, allowedInstanceTypes: ["c7i*"] }]), refused);
    await assert.rejects(byAttributes([first, { ...first, image: "arm" }]), refused);
  });

  it("hibernates types that the requirements limit, with space for their memory", async () => {
    const set = { vcpuCount: { min: 2 }, memoryMib: { min: 4096, max: 16_384 }, requireHibernateSupport: true };
    const pool = { warmPool: { state: "Hibernated" as const }, mixedInstances: { instanceRequirements: [set] } };
    await declareGroup({ ...pool, rootVolume: { sizeGib: 30 } });
    const small = declareGroup({ ...pool, rootVolume: { sizeGib: 16 } });
    await assert.rejects(small, /larger than the 16 GiB of memory of "mixedInstances\.instanceRequirements\.0"/);
  });
});

function typesOf(arm: string) {
  return [{ instanceType: "c7i.large" }, { instanceType: arm, image: "arm" }];
}
