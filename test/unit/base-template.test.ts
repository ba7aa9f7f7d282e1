import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type * as aws from "@pulumi/aws";
import { type BaseTemplate, baseTemplateIssues, inWords, splitTemplate } from "../../components/group/base-template";
import { OWNED } from "../../components/pass-through/pass-on";

type Found = aws.ec2.GetLaunchTemplateResult;

/** The provider's response: what a template does not set is empty, 0 or false. */
const EMPTY = {
  ...{
    arn: "arn:aws:ec2:eu-west-3:1:launch-template/lt-1",
    id: "lt-1",
    name: "old",
    region: "eu-west-3",
    tags: { a: "b" },
  },
  ...{ defaultVersion: 1, latestVersion: 3, description: "" },
  ...{ blockDeviceMappings: [], capacityReservationSpecifications: [], cpuOptions: [], creditSpecifications: [] },
  ...{
    disableApiStop: false,
    disableApiTermination: false,
    ebsOptimized: "",
    enclaveOptions: [],
    hibernationOptions: [],
  },
  ...{ iamInstanceProfiles: [], imageId: "", instanceInitiatedShutdownBehavior: "", instanceMarketOptions: [] },
  ...{ instanceRequirements: [], instanceType: "", kernelId: "", keyName: "", licenseSpecifications: [] },
  ...{ maintenanceOptions: [], metadataOptions: [], monitorings: [], networkInterfaces: [] },
  ...{
    networkPerformanceOptions: [],
    placements: [],
    privateDnsNameOptions: [],
    ramDiskId: "",
    secondaryInterfaces: [],
  },
  ...{ securityGroupNames: [], tagSpecifications: [], userData: "", vpcSecurityGroupIds: [] },
} satisfies Found;

const placement = {
  ...{ affinity: "", availabilityZone: "", groupId: "", groupName: "near", hostId: "", hostResourceGroupArn: "" },
  ...{ partitionNumber: 2, spreadDomain: "", tenancy: "" },
};

describe("a base launch template", () => {
  it("provides nothing for what it does not set", () => {
    assert.deepEqual(splitTemplate(EMPTY), { taken: {}, left: [] });
  });

  it("provides what could be passed on, without what the provider fills in", () => {
    const found: Found = {
      ...EMPTY,
      capacityReservationSpecifications: [
        {
          capacityReservationPreference: "",
          capacityReservationTargets: [{ capacityReservationId: "cr-1", capacityReservationResourceGroupArn: "" }],
        },
      ],
      cpuOptions: [{ amdSevSnp: "", coreCount: 4, nestedVirtualization: "", threadsPerCore: 1 }],
      disableApiTermination: true,
      ebsOptimized: "false",
      enclaveOptions: [{ enabled: false }],
      licenseSpecifications: [{ licenseConfigurationArn: "arn:1" }],
      placements: [placement],
    };
    assert.deepEqual(splitTemplate(found), {
      taken: {
        capacityReservationSpecification: { capacityReservationTarget: { capacityReservationId: "cr-1" } },
        cpuOptions: { coreCount: 4, threadsPerCore: 1 },
        disableApiTermination: true,
        ebsOptimized: "false",
        licenseSpecifications: [{ licenseConfigurationArn: "arn:1" }],
        placement: { groupName: "near", partitionNumber: 2 },
      },
      left: [],
    });
  });

  it("lists what is not copied only by name, with the argument for it", () => {
    const later = { newProperty: "x" };
    const secondary = { deleteOnTermination: true, deviceIndex: 0, interfaceType: "", networkCardIndex: 0 };
    const secondaryInterfaces = [
      { ...secondary, privateIpAddressCount: 1, privateIpAddresses: [], secondarySubnetId: "ss-1" },
    ];
    const found: Found = {
      ...{ ...EMPTY, ...later, secondaryInterfaces, placements: [placement] },
      ...{ keyName: "operators", userData: "c2VjcmV0", monitorings: [{ enabled: true }] },
    };
    const said = inWords("old", found);
    assert.deepEqual(said.split("\n"), [
      "copied from the launch template 'old', version 3: placement; not copied, although it sets them:",
      "  - keyName: use 'keyName'",
      "  - monitoring: use 'detailedMonitoring'",
      "  - newProperty: set 'passOn.launchTemplate.newProperty'",
      "  - secondaryInterfaces: set 'passOn.launchTemplate.secondaryInterfaces'",
      "  - userData: use 'runList' or 'attributes' or 'instance.userData'",
    ]);
    assert.doesNotMatch(said, /c2VjcmV0|operators/);
  });

  it("has a decision for each property of the provider's response", () => {
    const source = readFileSync("node_modules/@pulumi/aws/ec2/getLaunchTemplate.d.ts", "utf8");
    const answer = source.split("interface GetLaunchTemplateResult {")[1]?.split("\n}")[0] ?? "";
    const names = [...answer.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name]) => name);
    assert.ok(names.length > 30);
    assert.deepEqual(
      names.filter((name) => !Object.hasOwn(EMPTY, name ?? "")),
      ["filters"],
    );
    const unowned = names.filter((name) => {
      const { left } = splitTemplate({ ...EMPTY, [name ?? ""]: [{ x: "y" }] } as never);
      return left.some((one) => !Object.hasOwn(OWNED.launchTemplate, one));
    });
    // 0 and false are meaningful there, and cannot be distinguished from unset values
    assert.deepEqual(unowned, ["secondaryInterfaces"]);
  });

  const WRONG: [string, BaseTemplate, "template" | "configuration"][] = [
    ["in no way", {}, "template"],
    ["in two ways", { id: "lt-1", name: "old" }, "template"],
    ["beside a launch configuration", { id: "lt-1" }, "configuration"],
  ];
  for (const [title, base, launch] of WRONG) {
    it(`is refused ${title}`, () => {
      assert.deepEqual(
        baseTemplateIssues(base, launch).map(({ property }) => property),
        ["baseTemplate"],
      );
    });
  }
});
