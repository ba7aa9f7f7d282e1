import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readConfig } from "../../stacks/config";
import { RSA_KEY, repeats } from "../helpers/key-forms";

const CHEF = {
  serverUrl: "https://chef.example.com",
  validator: { name: "v", key: { ssmParameter: "/v" } },
  operator: { name: "o", key: { ssmParameter: "/o" } },
};
const GROUPS = { web: { instanceType: "t3.small", min: 1, max: 2, availabilityZones: ["eu-west-3a"] } };

function read(values: Record<string, unknown>, others: Record<string, string> = {}) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const entries = given.map(([key, value]) => [
    `fleet:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig({ ...others, ...Object.fromEntries(entries) });
  return readConfig(new pulumi.Config("fleet"));
}

describe("the stack's configuration", () => {
  it("accepts an existing image instead of a bake", () => {
    const config = read({ imageId: "ami-1", chef: CHEF, groups: GROUPS });
    assert.equal(config.imageId, "ami-1");
    assert.equal(config.preflight, true);
  });

  it("requires a bake or an image", () => {
    assert.throws(
      () => read({ chef: CHEF, groups: GROUPS }),
      /'bake' is missing, expected 'bake', 'imageFrom' or 'imageId'/,
    );
  });

  it("refuses what a group's arguments refuse, with its key", () => {
    const groups = { web: { ...GROUPS.web, reaper: { absenceGraceSeconds: 100_000 } } };
    const told = /'groups\.web\.reaper\.absenceGraceSeconds' is 100000, expected 0 to 86400 seconds/;
    assert.throws(() => read({ imageId: "ami-1", chef: CHEF, groups }), told);
  });

  it("passes on AWS properties, and refuses with their key those that a group sets itself", () => {
    const passing = (passOn: object) =>
      read({ imageId: "ami-1", chef: CHEF, groups: { web: { ...GROUPS.web, passOn } } });
    const passOn = { launchTemplate: { ebsOptimized: "true", placement: { tenancy: "dedicated" } } };
    assert.deepEqual(passing(passOn).groups.web?.passOn, passOn);
    const owned = /'groups\.web\.passOn\.launchTemplate\.imageId' is given, expected no property .*; use 'imageId'/;
    assert.throws(() => passing({ launchTemplate: { imageId: "ami-2" } }), owned);
    const hidden = { group: { context: RSA_KEY.pkcs1 } };
    const told = /'groups\.web\.passOn\.group\.context' is a private key \(not shown\)/;
    assert.throws(() => passing(hidden), told);
  });

  it("refuses a key that was pasted instead of a reference, before anything else and without repeating it", () => {
    const { pkcs1 } = RSA_KEY;
    const places: unknown[] = [{ ssmParameter: pkcs1 }, { file: pkcs1.replace(/\n/g, "\\n") }, { [pkcs1]: "x" }, pkcs1];
    for (const key of places) {
      const chef = { ...CHEF, validator: { name: "v", key } };
      const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
      assert.throws(
        () => read({ bake, chef, groups: {} }),
        ({ message }: Error) => /chef\.validator/.test(message) && !repeats(message, pkcs1),
      );
    }
    assert.throws(
      () => read({ imageId: "ami-1", chef: pkcs1, groups: GROUPS }),
      ({ message }: Error) => /'chef' is a private key \(not shown\)/.test(message) && !repeats(message, pkcs1),
    );
  });

  it("names the only valid setting for the license, and refuses a Chef client that needs a license key", () => {
    const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
    const moved = /'bake\.chefLicense' is "accept", expected nothing here; set 'license' .* \('chef\.license'\)/;
    assert.throws(() => read({ bake: { ...bake, chefLicense: "accept" }, chef: CHEF, groups: GROUPS }), moved);
    assert.equal(read({ bake, chef: { ...CHEF, license: "accept" }, groups: GROUPS }).chef.license, "accept");
    const license = /'chef\.license' is "yes", expected 'accept', 'accept-silent' or 'accept-no-persist'/;
    assert.throws(() => read({ bake, chef: { ...CHEF, license: "yes" }, groups: GROUPS }), license);
    const newer = /'bake\.chefClientVersion' is "19\.1", expected a version up to 18.* license key .*\/hab/;
    assert.throws(() => read({ bake: { ...bake, chefClientVersion: "19.1" }, chef: CHEF, groups: GROUPS }), newer);
  });

  it("accepts an image of another stack, but not together with a bake", () => {
    const imageFrom = { stack: "acme/images/production" };
    assert.deepEqual(read({ imageFrom, chef: CHEF, groups: GROUPS }).imageFrom, imageFrom);
    const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
    assert.throws(() => read({ imageFrom, bake, chef: CHEF, groups: GROUPS }), /expected either 'bake' or 'imageFrom'/);
  });

  it("reports a mistake in a common setting once, next to those in a group and in the image", () => {
    const chef = { ...CHEF, operator: { name: "o", key: { file: "/o.pem" } } };
    const groups = { ...GROUPS, worker: { ...GROUPS.web, min: 3 } };
    const told =
      /has 3 mistakes:\n {2}- 'bake' is missing.*\n {2}- 'chef\.operator\.key' is \{"file":"\/o\.pem"\}, expected a key that the reaper's function.*\n {2}- 'groups\.worker\.min' is 3, expected at most 'max' \(2\)/;
    assert.throws(() => read({ chef, groups }), told);
  });

  it("refuses settings that a kind of scaling policy would ignore", () => {
    const scaling = (out: unknown) => ({ web: { ...GROUPS.web, scaling: { out } } });
    const refused = (out: unknown, message: RegExp) =>
      assert.throws(() => read({ imageId: "ami-1", chef: CHEF, groups: scaling(out) }), message);
    refused({ minimumInstances: 2 }, /minimumInstances/);
    refused({ steps: [{ from: 0, adjustment: 1 }], adjustment: 2 }, /either 'steps' or 'adjustment'/);
    refused({ policy: { kind: "simple", warmupSeconds: 9 } }, /scaling\.out\.policy/);
  });

  it("reports every mistake, each with key, value, expectation and fix", () => {
    const groups = { web: { ...GROUPS.web, min: "two", sise: 3 } };
    assert.throws(
      () => read({ imageId: "img", chef: { ...CHEF, serverUrl: "chef" }, groups }),
      (error: Error) =>
        /4 mistakes/.test(error.message) &&
        /'imageId' is "img", expected an AMI id/.test(error.message) &&
        /'chef\.serverUrl' is "chef", expected an https URL/.test(error.message) &&
        /'groups\.web\.min' is "two", expected a whole number/.test(error.message) &&
        /'groups\.web\.sise' is given, expected no such key; docs\/configuration\.md/.test(error.message),
    );
  });

  it("reports each mistake on its own line, with the closest key", () => {
    const told = (values: Record<string, unknown>): string[] => {
      try {
        read({ imageId: "ami-1", chef: CHEF, groups: GROUPS, ...values });
        return [];
      } catch (error) {
        return (error as Error).message.split("\n").slice(1);
      }
    };
    const web = { ...GROUPS.web, instanceType: undefined, instaceType: "t3.small", launch: "templte" };
    assert.deepEqual(told({ groups: { web }, preflights: true }), [
      `  - 'groups.web.instanceType' is missing, expected a string; set it in Pulumi.${pulumi.getStack()}.yaml`,
      "  - 'groups.web.launch' is \"templte\", expected 'template' or 'configuration'; did you mean 'template'?",
      "  - 'groups.web.instaceType' is given, expected no such key; did you mean 'instanceType'?",
      "  - 'preflights' is given, expected no such key; did you mean 'preflight'?",
    ]);
    assert.deepEqual(told({ groups: { "my web": GROUPS.web } }), [
      "  - 'groups.my web' is \"my web\", expected a name of lowercase letters, digits and dashes; give it another name",
    ]);
    assert.deepEqual(told({ groups: [GROUPS.web] }), [
      `  - 'groups' is a list, expected an object whose keys are names; set it in Pulumi.${pulumi.getStack()}.yaml`,
    ]);
    const [chef, ...others] = told({ chef: undefined });
    assert.match(
      chef ?? "",
      /^ {2}- 'chef' is missing, expected an object \{serverUrl, .*\}; set it in Pulumi\.\w+\.yaml$/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(told({ groups: { web: { ...GROUPS.web, scaling: { out: { treshold: 9 } } } } }), [
      "  - 'groups.web.scaling.out.treshold' is given, expected no such key; did you mean 'threshold'?",
    ]);
  });

  it("may define a stack that only bakes", () => {
    const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
    assert.deepEqual(read({ bake, chef: CHEF }).groups, {});
    assert.deepEqual(read({ bake, chef: CHEF, groups: {} }).groups, {});
    assert.throws(() => read({ imageId: "ami-1", chef: CHEF }), /'groups' is \{\}, expected at least one group/);
  });

  it("refuses types that cannot boot the image, and zones of another region", () => {
    const bake = { name: "web", instanceType: "t3.small", baseImage: { id: "ami-1" } };
    const groups = { web: { ...GROUPS.web, instanceType: "t4g.small" } };
    assert.throws(
      () => read({ bake, chef: CHEF, groups }),
      /'groups\.web\.instanceType' is "t4g\.small", expected a type of x86_64/,
    );
    const entries = { "aws:region": "us-east-1" };
    const zones = /'groups\.web\.availabilityZones' is \["eu-west-3a"\], expected zones of us-east-1/;
    assert.throws(() => read({ imageId: "ami-1", chef: CHEF, groups: GROUPS }, entries), zones);
  });

  it("does not repeat a private key that was pasted instead of a reference", () => {
    const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEsecret\n-----END RSA PRIVATE KEY-----";
    assert.throws(
      () => read({ imageId: "ami-1", chef: { ...CHEF, operator: { name: "o", key } }, groups: GROUPS }),
      (error: Error) => /a private key \(not shown\)/.test(error.message) && !/MIIEsecret/.test(error.message),
    );
  });

  it("of staging in the repository is valid", () => {
    const file = parse(readFileSync(join(__dirname, "../../Pulumi.staging.yaml"), "utf8"));
    const prefix = "chef-autoscaling:";
    const entries = Object.entries(file.config as Record<string, unknown>).filter(([key]) => key.startsWith(prefix));
    const config = read(Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value])));
    assert.equal(config.bake?.instanceType, config.groups.web?.instanceType);
  });
});
