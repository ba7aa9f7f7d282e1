import assert from "node:assert/strict";
import { parseSpec } from "../../packer/spec";
import { bakeSpec } from "../helpers/bake-spec";

/** Parses a right spec with some members replaced. */
const parse = (changes: object) => parseSpec(JSON.stringify({ ...bakeSpec(), ...changes }));
const chef = (changes: object) => ({ chef: { ...bakeSpec().chef, ...changes } });

describe("BAKE_SPEC", () => {
  it("is read as it was written", () => {
    assert.deepEqual(parse({}), bakeSpec());
  });

  it("tells what is missing when it is empty or no JSON", () => {
    assert.throws(() => parseSpec(undefined), /'BAKE_SPEC' is empty or missing; the Pulumi program sets it/);
    assert.throws(() => parseSpec("{"), /'BAKE_SPEC' is no JSON: /);
  });

  it("reports every mistake at once, each with the setting and the value", () => {
    const wrong = {
      name: "a b",
      region: "Frankfurt",
      baseImageId: 7,
      keepOnDestroy: "yes",
      tags: { a: 1 },
      subnetId: 4,
    };
    for (const expected of [
      `'name' is "a b", expected 1 to 80 of`,
      `'region' is "Frankfurt", expected an AWS region`,
      "'baseImageId' is 7, expected an image id",
      `'keepOnDestroy' is "yes", expected true or false`,
      `'tags' is {"a":1}, expected an object of texts`,
      "'subnetId' is 4, expected a string or nothing",
    ]) {
      assert.throws(
        () => parse(wrong),
        (error: Error) => error.message.includes(expected),
        expected,
      );
    }
  });

  it("needs every member that has no default", () => {
    const message = messageOf(() => parseSpec("{}"));
    for (const name of ["name", "region", "baseImageId", "sshUsername", "chef.serverUrl", "chef.runList"]) {
      assert.match(message, new RegExp(`'${name}' is missing`));
    }
    assert.match(message, /'chef\.validator\.key' is missing[\s\S]*'chef\.operator\.key' is missing/);
  });

  it("refuses a validator key that the instance cannot read", () => {
    for (const key of [{ file: "/validator.pem" }, { environment: "KEY" }]) {
      const changes = chef({ validator: { name: "v", key } });
      assert.throws(
        () => parse(changes),
        /'chef\.validator\.key' is kept in '(file|environment)', .* use ssmParameter or/,
      );
    }
  });

  it("refuses a key in the place of a reference, without showing it", () => {
    const key = { ssmParameter: "-----BEGIN RSA PRIVATE KEY-----\nMIIEow" };
    const message = messageOf(() => parse(chef({ validator: { name: "v", key } })));
    assert.match(message, /'chef\.validator\.key/);
    assert.doesNotMatch(message, /MIIEow/);
  });

  it("refuses contradictions of policyfile and run list", () => {
    assert.throws(
      () => parse(chef({ policyName: "web" })),
      /'chef\.policyName' and 'chef\.policyGroup' belong together/,
    );
    const both = { policyName: "web", policyGroup: "staging" };
    assert.throws(() => parse(chef(both)), /leave 'chef\.runList' and 'chef\.environment' out/);
    parse(chef({ ...both, runList: [], environment: undefined }));
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected an error");
}
