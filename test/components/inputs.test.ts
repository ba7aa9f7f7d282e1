import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type ChefAutoScalingGroupArgs, renderUserData } from "../../components";
import { regionIssues } from "../../components/group/in-region";
import { createLaunchTemplates } from "../../components/group/launch";
import { sentence } from "../../components/validation/issues";
import { CHEF, groupArgs } from "../helpers/arguments";
import { type Declaration, declare, isSecret } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";

/** Attributes in the user data of a first boot. */
function attributesIn(userData: string): unknown {
  const [, json = "{}"] = /^export CHEF_ATTRIBUTES='(.*)'$/m.exec(userData) ?? [];
  return JSON.parse(json);
}

function decoded(text: unknown): string {
  return Buffer.from(String(text), "base64").toString();
}

describe("Outputs among a group's arguments", function () {
  this.timeout(60_000);

  it("are resolved at any depth in attributes", async () => {
    const attributes = { db: pulumi.output("db.internal"), deep: [{ port: pulumi.output(5432) }] };
    for (const given of [attributes, pulumi.output(attributes), Promise.resolve(attributes)]) {
      const { inputs } = (await declareGroup({ attributes: given })).one(TEMPLATE);
      assert.deepEqual(attributesIn(decoded(inputs.userData)), { db: "db.internal", deep: [{ port: 5432 }] });
    }
  });

  it("reject an attribute that the Chef client would use as its run list, whenever they are known", async () => {
    const attributes = pulumi.output({ run_list: ["recipe[other]"] });
    await assert.rejects(
      declareGroup({ attributes }),
      /'attributes\.run_list' is .*, expected no attribute with this name/,
    );
  });

  it("make the user data a secret in the state if they are secret, and nothing else", async () => {
    const attributes = { password: pulumi.secret("hidden-word") };
    for (const launch of ["template", "configuration"] as const) {
      const declared = await declareGroup({ attributes, launch });
      const { secretly } = declared.one(launch === "template" ? TEMPLATE : CONFIGURATION);
      assert.deepEqual(
        Object.keys(secretly).filter((key) => isSecret(secretly[key])),
        ["userData"],
      );
      const elsewhere = declared.resources.flatMap((one) => Object.entries(one.secretly));
      const told = JSON.stringify(elsewhere.filter(([, value]) => !isSecret(value)));
      assert.ok(!told.includes("hidden-word"));
    }
  });

  it("are resolved in names, ids and tags", async () => {
    const declared = await declareGroup({ keyName: pulumi.output("operators"), tags: { owner: pulumi.output("web") } });
    const { keyName, tagSpecifications } = declared.one(TEMPLATE).inputs;
    assert.equal(keyName, "operators");
    assert.match(JSON.stringify(tagSpecifications), /"owner":"web"/);
    assert.match(JSON.stringify(declared.one("aws:autoscaling/group:Group").inputs.tags), /"value":"web"/);
  });

  it("are refused in user data that is rendered by hand", () => {
    const attributes = { db: { host: pulumi.output("db.internal") } };
    const args = { chef: CHEF, groupName: "web", region: "eu-west-3", attributes };
    assert.throws(() => renderUserData(args), /'attributes\.db\.host' is known only later, expected a value/);
  });
});

describe("a launch template", function () {
  this.timeout(60_000);

  const description = async (args: Partial<ChefAutoScalingGroupArgs>) =>
    String((await declareGroup(args)).one(TEMPLATE).inputs.description);

  it("describes what its instances converge to, so that a preview shows what changes", async () => {
    const one = await description({
      runList: ["recipe[base]", "role[web]"],
      environment: "prod",
      attributes: { a: 1 },
    });
    assert.match(one, /^recipe\[base\], role\[web\] in prod; attributes [0-9a-f]{8}; first boot [0-9a-f]{8}$/);
    const other = await description({
      runList: ["recipe[base]", "role[web]"],
      environment: "prod",
      attributes: { a: 2 },
    });
    assert.notEqual(one, other);
    assert.match(await description({ policyName: "web", policyGroup: "prod" }), /^policy web of prod; no attributes;/);
    const long = Array.from({ length: 99 }, (_, index) => `recipe[cookbook-${index}]`);
    assert.ok((await description({ runList: long })).length <= 255);
  });

  it("does not reveal secret attributes", async () => {
    const attributes = { password: pulumi.secret("hidden-word") };
    assert.match(await description({ attributes }), /^no run list; secret attributes; first boot/);
  });
});

describe("a group's zones and target groups", () => {
  it("are refused if they are in another region", () => {
    const zones = ["eu-west-3a", "eu-west-3-lax-1a", "us-east-1a", pulumi.output("later")];
    const targetGroupArns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"];
    const identifier = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-1";
    const trafficSources = [
      { type: "vpc-lattice", identifier },
      { type: "elb", identifier: "old" },
    ] as const;
    assert.deepEqual(
      regionIssues({ trafficSources }, "eu-west-3").map(({ property, value }) => [property, value]),
      [["trafficSources", [identifier]]],
    );
    assert.deepEqual(regionIssues({ availabilityZones: zones, targetGroupArns }, "eu-west-3").map(sentence), [
      `'availabilityZones' is ["us-east-1a"], expected zones of eu-west-3; use those of the group's region, or set 'aws:region' to the other`,
      `'targetGroupArns' is ${JSON.stringify(targetGroupArns)}, expected target groups of eu-west-3; use those of the group's region, or set 'aws:region' to the other`,
    ]);
  });
});

describe("a group's image", () => {
  function template(args: { readonly imageId: string; readonly instanceType: string }): Promise<Declaration> {
    const given = {
      description: "",
      instanceProfile: { name: "p" },
      securityGroupIds: [],
      userData: "",
      tags: {},
      publicAddress: false,
    };
    return declare(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      createLaunchTemplates("web", { group: groupArgs(args), ...given }, parent);
    });
  }

  it("is refused if its instance types cannot boot it", async () => {
    const refused = /'instanceType' is "t3\.small", expected a type of arm64, as the image is/;
    await assert.rejects(template({ imageId: "ami-0arm", instanceType: "t3.small" }), refused);
    await template({ imageId: "ami-0arm", instanceType: "t4g.small" });
  });

  it("is reported as gone in an understandable message", async () => {
    const gone = /the image 'ami-0gone' cannot be launched: this account cannot see it in this region/;
    await assert.rejects(template({ imageId: "ami-0gone", instanceType: "t3.small" }), (error: Error) => {
      return pulumi.RunError.isInstance(error) && gone.test(error.message);
    });
  });
});
