import assert from "node:assert/strict";
import { ChefAutoScalingGroup } from "../../components";
import { JOIN_VPC } from "../../components/reaper/reaper-network";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const FUNCTION = "aws:lambda/function:Function";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const subnetIds = ["subnet-1", "subnet-2"];

describe("a reaper's functions in a VPC", () => {
  const declareGroup = (vpc?: object) =>
    declare(() => new ChefAutoScalingGroup("web", groupArgs({ reaper: { vpc } as never })));

  const configsIn = ({ resources }: Declaration) =>
    resources.filter(({ type }) => type === FUNCTION).map(({ inputs }) => inputs.vpcConfig);

  it("share a new security group, which allows all outbound and no inbound traffic", async () => {
    const declared = await declareGroup({ subnetIds });
    const { inputs } = declared.one(SECURITY_GROUP, "reaper-security-group");
    assert.equal(inputs.ingress, undefined);
    assert.equal((inputs.egress as unknown[]).length, 1);
    const securityGroupIds = ["web-reaper-security-group-id"];
    assert.deepEqual(configsIn(declared), Array(2).fill({ subnetIds, securityGroupIds }));
  });

  it("use given security groups, and create none", async () => {
    const declared = await declareGroup({ subnetIds, securityGroupIds: ["sg-1"] });
    assert.deepEqual(configsIn(declared), Array(2).fill({ subnetIds, securityGroupIds: ["sg-1"] }));
    const made = declared.resources.filter(({ type, name }) => type === SECURITY_GROUP && name.includes("reaper"));
    assert.deepEqual(made, []);
  });

  it("may create their network interfaces; those outside a VPC may not", async () => {
    const statements = async (vpc?: object, role = "service") => {
      const { policy } = (await declareGroup(vpc)).one(POLICY, `reaper-${role}-policy`).inputs;
      return (policy as { Statement: { Sid: string }[] }).Statement;
    };
    for (const role of ["service", "reconcile"]) {
      const join = (await statements({ subnetIds }, role)).find(({ Sid }) => Sid === JOIN_VPC.Sid);
      assert.deepEqual(join, JOIN_VPC);
      assert.ok(!(await statements(undefined, role)).some(({ Sid }) => Sid === JOIN_VPC.Sid));
    }
  });

  for (const [wrong, path] of [
    [{ subnetIds: [] }, "reaper.vpc.subnetIds"],
    [{ subnetIds: ["sg-1"] }, "reaper.vpc.subnetIds"],
    [{ subnetIds, securityGroupIds: ["subnet-1"] }, "reaper.vpc.securityGroupIds"],
    [{ subnets: subnetIds }, "reaper.vpc.subnets"],
  ] as const) {
    it(`are refused with ${JSON.stringify(wrong)}`, async () => {
      await assert.rejects(declareGroup(wrong), (error: Error) => error.message.includes(path));
    });
  }
});
