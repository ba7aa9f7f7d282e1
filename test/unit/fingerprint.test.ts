import assert from "node:assert/strict";
import { describeChange, inputsTag } from "../../packer/change";
import { bakeFingerprint, bakeInputs, fingerprint } from "../../packer/fingerprint";
import { packerFiles } from "../../packer/packer-files";
import type { BakeSpec } from "../../packer/spec";
import { bakeSpec } from "../helpers/bake-spec";

const files = { "packer/scripts/clean.sh": "rm", "packer/template/image.pkr.hcl": "source" };
const surroundings = { instanceType: "t3.small", packerVersion: "1.6.6", files };
const of = (spec: BakeSpec, changes: Partial<typeof surroundings> = {}) =>
  fingerprint(bakeInputs(spec, { ...surroundings, ...changes }));
const chef = (changes: Partial<BakeSpec["chef"]>) => bakeSpec({ chef: { ...bakeSpec().chef, ...changes } });

describe("the fingerprint of a bake", () => {
  const base = of(bakeSpec());

  it("is 64 hexadecimal digits and the same for the same input", () => {
    assert.match(base, /^[0-9a-f]{64}$/);
    assert.equal(of(bakeSpec()), base);
  });

  it("does not depend on the order of members or files", () => {
    const spec = JSON.parse(JSON.stringify(bakeSpec()));
    const turned = Object.fromEntries(Object.entries(spec).reverse()) as unknown as BakeSpec;
    const attributes = { a: { c: 2, b: 1 } };
    const turnedFiles = Object.fromEntries(Object.entries(files).reverse()) as typeof files;
    assert.equal(of({ ...turned, chef: { ...turned.chef, attributes } }, { files: turnedFiles }), base);
  });

  const changes: Record<string, string> = {
    "a script": of(bakeSpec(), { files: { ...files, "packer/scripts/clean.sh": "rm -r" } }),
    "a file's name": of(bakeSpec(), { files: { ...files, more: "" } as typeof files }),
    "the instance type": of(bakeSpec(), { instanceType: "t3.large" }),
    "Packer's version": of(bakeSpec(), { packerVersion: "1.11.2" }),
    "the base image": of(bakeSpec({ baseImageId: "ami-0def" })),
    "the region": of(bakeSpec({ region: "eu-west-1" })),
    "the name": of(bakeSpec({ name: "db" })),
    "the run list": of(chef({ runList: ["recipe[base]", "recipe[web]"] })),
    "the run list's order": of(chef({ runList: ["recipe[web]", "recipe[base]"] })),
    "the environment": of(chef({ environment: "production" })),
    "an attribute": of(chef({ attributes: { a: { b: 1, c: 3 } } })),
    "the Chef server": of(chef({ serverUrl: "https://other.example.com" })),
  };
  it("changes with whatever changes the image, each time to another", () => {
    const all = [base, ...Object.values(changes)];
    assert.equal(new Set(all).size, all.length, JSON.stringify(changes, null, 1));
  });

  it("stays with what leaves the image as it is", () => {
    assert.equal(of(bakeSpec({ keepOnDestroy: false, tags: {}, subnetId: "subnet-1", instanceProfile: "p" })), base);
    assert.equal(of(chef({ operator: { name: "other", key: { environment: "KEY" } } })), base);
  });

  it("covers the template and every script of this package", () => {
    const names = Object.keys(packerFiles());
    for (const name of ["template/image.pkr.hcl", "template/modern/build.pkr.hcl", "scripts/leak-gate.sh"]) {
      assert.ok(names.includes(`packer/${name}`), `${name} is missing in ${names}`);
    }
    assert.ok(names.some((name) => name.startsWith("packer/scripts/cleaners/")));
    assert.notEqual(bakeFingerprint(bakeSpec(), "t3.small", "1.6.6"), bakeFingerprint(bakeSpec(), "t3.small", "1.6.7"));
  });
});

describe("what changed since an image was baked", () => {
  const inputs = bakeInputs(bakeSpec(), surroundings);
  const before = inputsTag(inputs);

  it("fits a tag, whatever the number of files", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`cookbooks/${index}.rb`, `${index}`]));
    const tag = inputsTag(bakeInputs(bakeSpec(), { ...surroundings, files: many }));
    assert.ok(tag.length <= 256 && tag.length % 6 === 0, `${tag.length}`);
    assert.match(tag, /^[A-Za-z0-9_-]+$/);
  });

  it("is told in words, for each file and setting", () => {
    const now = bakeInputs(chef({ runList: [] }), {
      ...surroundings,
      files: { ...files, "packer/scripts/clean.sh": "x" },
    });
    assert.equal(describeChange(before, now), "chef.runList changed, packer/scripts/clean.sh changed");
  });

  it("names what is new and counts what is gone", () => {
    const now = bakeInputs(chef({ policyName: "web", environment: undefined }), surroundings);
    assert.equal(describeChange(before, now), "chef.policyName is new, one input is gone");
  });

  it("is nothing when all is the same", () => {
    assert.equal(describeChange(before, inputs), "nothing that its tag knows of");
  });
});
