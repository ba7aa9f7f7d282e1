import assert from "node:assert/strict";
import { ChefAutoScalingGroup } from "../../components";
import { JOIN_VPC } from "../../components/reaper/reaper-network";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";

const FUNCTION = "aws:lambda/function:Function";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const subnetIds = ["subnet-1", "subnet-2"];

describe("a reaper's function in a VPC", () => {
  const declareGroup = (vpc?: object) =>
    declare(() => new ChefAutoScalingGroup("web", groupArgs({ reaper: { vpc } as never })));

  it("gets a security group of its own, which lets everything out and nothing in", async () => {
    const declared = await declareGroup({ subnetIds });
    const { inputs } = declared.one(SECURITY_GROUP, "reaper-security-group");
    assert.equal(inputs.ingress, undefined);
    assert.equal((inputs.egress as unknown[]).length, 1);
    const securityGroupIds = ["web-reaper-security-group-id"];
    assert.deepEqual(declared.one(FUNCTION).inputs.vpcConfig, { subnetIds, securityGroupIds });
  });

  it("takes those that are given, and makes none", async () => {
    const declared = await declareGroup({ subnetIds, securityGroupIds: ["sg-1"] });
    assert.deepEqual(declared.one(FUNCTION).inputs.vpcConfig, { subnetIds, securityGroupIds: ["sg-1"] });
    const made = declared.resources.filter(({ type, name }) => type === SECURITY_GROUP && name.includes("reaper"));
    assert.deepEqual(made, []);
  });

  it("may make its network interfaces; one in no VPC may not", async () => {
    const statements = async (vpc?: object) => {
      const { policy } = (await declareGroup(vpc)).one(POLICY, "reaper-service-policy").inputs;
      return (policy as { Statement: { Sid: string }[] }).Statement;
    };
    assert.deepEqual(
      (await statements({ subnetIds })).find(({ Sid }) => Sid === JOIN_VPC.Sid),
      JOIN_VPC,
    );
    assert.ok(!(await statements()).some(({ Sid }) => Sid === JOIN_VPC.Sid));
  });

  for (const [wrong, path] of [
    [{ subnetIds: [] }, "reaper.vpc.subnetIds"],
    [{ subnetIds: ["sg-1"] }, "reaper.vpc.subnetIds"],
    [{ subnetIds, securityGroupIds: ["subnet-1"] }, "reaper.vpc.securityGroupIds"],
    [{ subnets: subnetIds }, "reaper.vpc.subnets"],
  ] as const) {
    it(`is refused with ${JSON.stringify(wrong)}`, async () => {
      await assert.rejects(declareGroup(wrong), (error: Error) => error.message.includes(path));
    });
  }
});
