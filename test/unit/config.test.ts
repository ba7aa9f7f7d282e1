import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readConfig } from "../../stacks/config";

const CHEF = {
  serverUrl: "https://chef.example.com",
  validator: { name: "v", key: { ssmParameter: "/v" } },
  operator: { name: "o", key: { ssmParameter: "/o" } },
};
const GROUPS = { web: { instanceType: "t3.small", min: 1, max: 2, availabilityZones: ["eu-west-3a"] } };

function read(values: Record<string, unknown>) {
  const entries = Object.entries(values).map(([key, value]) => [
    `fleet:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  return readConfig(new pulumi.Config("fleet"));
}

describe("the stack's configuration", () => {
  it("takes a ready image instead of a bake", () => {
    const config = read({ imageId: "ami-1", chef: CHEF, groups: GROUPS });
    assert.equal(config.imageId, "ami-1");
    assert.equal(config.preflight, true);
  });

  it("wants a bake or an image", () => {
    assert.throws(
      () => read({ chef: CHEF, groups: GROUPS }),
      /'bake' is missing, expected 'bake', 'imageFrom' or 'imageId'/,
    );
  });

  it("refuses what a group's arguments refuse, by its key", () => {
    const groups = { web: { ...GROUPS.web, reaper: { absenceGraceSeconds: 100_000 } } };
    const told = /'groups\.web\.reaper\.absenceGraceSeconds' is 100000, expected 0 to 86400 whole seconds/;
    assert.throws(() => read({ imageId: "ami-1", chef: CHEF, groups }), told);
  });

  it("takes an image from a stack that bakes, but not beside a bake", () => {
    const imageFrom = { stack: "acme/images/production" };
    assert.deepEqual(read({ imageFrom, chef: CHEF, groups: GROUPS }).imageFrom, imageFrom);
    const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
    assert.throws(() => read({ imageFrom, bake, chef: CHEF, groups: GROUPS }), /expected either 'bake' or 'imageFrom'/);
  });

  it("tells once what is wrong with a setting of all groups, beside what is wrong with one and with the image", () => {
    const chef = { ...CHEF, operator: { name: "o", key: { file: "/o.pem" } } };
    const groups = { ...GROUPS, worker: { ...GROUPS.web, min: 3 } };
    const told =
      /has 3 mistakes:\n {2}- 'bake' is missing.*\n {2}- 'chef\.operator\.key' is \{"file":"\/o\.pem"\}, expected a key that the reaper's function.*\n {2}- 'groups\.worker\.min' is 3, expected at most 'max' \(2\)/;
    assert.throws(() => read({ chef, groups }), told);
  });

  it("refuses what a kind of scaling policy would ignore", () => {
    const scaling = (out: unknown) => ({ web: { ...GROUPS.web, scaling: { out } } });
    const refused = (out: unknown, message: RegExp) =>
      assert.throws(() => read({ imageId: "ami-1", chef: CHEF, groups: scaling(out) }), message);
    refused({ minimumInstances: 2 }, /minimumInstances/);
    refused({ steps: [{ from: 0, adjustment: 1 }], adjustment: 2 }, /either 'steps' or 'adjustment'/);
    refused({ policy: { kind: "simple", warmupSeconds: 9 } }, /scaling\.out\.policy/);
  });

  it("reports every mistake, each with key, value, expectation and way out", () => {
    const groups = { web: { ...GROUPS.web, min: "two", sise: 3 } };
    assert.throws(
      () => read({ imageId: "img", chef: { ...CHEF, serverUrl: "chef" }, groups }),
      (error: Error) =>
        /4 mistakes/.test(error.message) &&
        /'imageId' is "img", expected an AMI id/.test(error.message) &&
        /'chef\.serverUrl' is "chef", expected an http/.test(error.message) &&
        /'groups\.web\.min' is "two", expected a number/.test(error.message) &&
        /'groups\.web\.sise' is 3, expected no such key; docs\/configuration\.md/.test(error.message),
    );
  });

  it("does not repeat a private key that was pasted where its place belongs", () => {
    const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEsecret\n-----END RSA PRIVATE KEY-----";
    assert.throws(
      () => read({ imageId: "ami-1", chef: { ...CHEF, operator: { name: "o", key } }, groups: GROUPS }),
      (error: Error) => /a private key \(not shown\)/.test(error.message) && !/MIIEsecret/.test(error.message),
    );
  });

  it("of staging, as it is in the repository, is sound", () => {
    const file = parse(readFileSync(join(__dirname, "../../Pulumi.staging.yaml"), "utf8"));
    const prefix = "chef-autoscaling:";
    const entries = Object.entries(file.config as Record<string, unknown>).filter(([key]) => key.startsWith(prefix));
    const config = read(Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value])));
    assert.equal(config.bake?.instanceType, config.groups.web?.instanceType);
  });
});
