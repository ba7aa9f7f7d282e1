import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { createFleet, imageOfStack } from "../../stacks/fleet";
import type { FleetConfig } from "../../stacks/fleet-config";
import { CHEF } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const GROUP = { instanceType: "t3.small", min: 1, max: 2, availabilityZones: ["eu-west-3a"] };

const CONFIG: FleetConfig = {
  preflight: true,
  chef: CHEF as FleetConfig["chef"],
  bake: { name: "base", instanceType: "t3.small", baseImage: { nameFilter: "debian-12-*", owners: ["136693071363"] } },
  groups: { web: GROUP, worker: { ...GROUP, launch: "configuration" } },
};

const COMMAND = "command:local:Command";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

function ofType({ resources }: Declaration, wanted: string) {
  return resources.filter(({ type }) => type === wanted);
}

describe("a fleet", () => {
  it("runs every group on the image that it bakes", async () => {
    const declared = await declare(() => createFleet(CONFIG), "staging");
    const bake = declared.one(COMMAND);
    assert.match(bake.inputs.create as string, /^node .*dist\/packer\/bake\.js create$/);
    const configuration = declared.one("aws:ec2/launchConfiguration:LaunchConfiguration");
    assert.equal(declared.one(TEMPLATE).inputs.imageId, "ami-0baked");
    assert.equal(configuration.inputs.imageId, "ami-0baked");
    const names = declared.resources.filter(({ type }) => type === "aws:autoscaling/group:Group");
    assert.deepEqual(names.map(({ inputs }) => inputs.name).sort(), ["staging-web", "staging-worker"]);
  });

  it("passes settings and references to the bake, the instance type separately for the policy", async () => {
    const { inputs } = (await declare(() => createFleet(CONFIG), "staging")).one(COMMAND);
    const environment = inputs.environment as Record<string, string>;
    assert.equal(environment.BAKE_INSTANCE_TYPE, "t3.small");
    assert.match(environment.BAKE_FINGERPRINT as string, /^[0-9a-f]{64}$/);
    const spec = JSON.parse(environment.BAKE_SPEC as string);
    assert.equal(spec.baseImageId, "ami-0ba5e");
    assert.deepEqual(spec.chef.validator, CHEF.validator);
  });

  it("outputs what it baked, on and from what, by region", async () => {
    let told: pulumi.Output<unknown> | undefined;
    await declare(() => {
      told = pulumi.output(createFleet(CONFIG).image);
    }, "staging");
    const image = await new Promise<Record<string, unknown>>((resolve) =>
      told?.apply((value) => resolve(value as Record<string, unknown>)),
    );
    const { fingerprint, imageIds, ...rest } = image;
    assert.deepEqual(rest, { baseImageId: "ami-0ba5e", instanceType: "t3.small", architecture: "x86_64" });
    assert.match(String(fingerprint), /^[0-9a-f]{64}$/);
    assert.equal((imageIds as Record<string, string>)["eu-west-3"], "ami-0baked");
  });

  it("uses the image that another stack bakes", async () => {
    const imageFrom = { stack: "acme/images/production", output: "web" };
    const declared = await declare(() => createFleet({ ...CONFIG, bake: undefined, imageFrom }), "staging");
    assert.equal(declared.one(TEMPLATE).inputs.imageId, "ami-0other");
    assert.equal(declared.resources.filter(({ type }) => type === COMMAND).length, 0);
  });

  it("bakes nothing with an existing image", async () => {
    const declared = await declare(() => createFleet({ ...CONFIG, imageId: "ami-0ready" }));
    assert.equal(declared.one(TEMPLATE).inputs.imageId, "ami-0ready");
    assert.throws(() => declared.one(COMMAND), /found 0/);
  });

  it("keeps the images of a suspended bake while an existing image is used, and deletes them last", async () => {
    const bake = { ...CONFIG.bake, onDestroy: "delete" } as FleetConfig["bake"];
    const resting = await declare(() => createFleet({ ...CONFIG, bake, imageId: "ami-0ready" }));
    const images = resting.one(COMMAND);
    const baking = await declare(() => createFleet({ ...CONFIG, bake }));
    assert.equal(images.urn, baking.one(COMMAND, "-images").urn, "one and the same, or an update would remove images");
    assert.deepEqual(images.inputs, baking.one(COMMAND, "-images").inputs);
    assert.ok(resting.one(TEMPLATE).dependencies.includes(images.urn));
    assert.equal(resting.one(TEMPLATE).inputs.imageId, "ami-0ready");
  });

  it("may consist of only an image", async () => {
    const declared = await declare(() => createFleet({ ...CONFIG, groups: {} }));
    assert.deepEqual(ofType(declared, "aws:autoscaling/group:Group"), []);
    assert.equal(declared.one(COMMAND).name, "base-bake");
  });

  it("says to deploy the other stack first if that has no image yet", async () => {
    const imageFrom = { stack: "acme/images/production", output: "none" };
    const told =
      /'imageFrom' is missing, expected the id of an image in output 'none'.*deploy it first \('pulumi up --stack acme/;
    await assert.rejects(
      declare(() => {
        imageOfStack(imageFrom);
      }, "staging"),
      told,
    );
  });

  it("sets the permissions boundary on every role, including the bake's", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/boundary";
    const declared = await declare(() => createFleet({ ...CONFIG, permissionsBoundary }), "staging");
    const roles = declared.resources.filter(({ type }) => type === "aws:iam/role:Role");
    assert.ok(roles.length >= 5, `only ${roles.length} roles`);
    for (const { name, inputs } of roles) assert.equal(inputs.permissionsBoundary, permissionsBoundary, name);
  });
});
