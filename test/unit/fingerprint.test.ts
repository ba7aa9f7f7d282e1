import assert from "node:assert/strict";
import { reasonToRebake } from "../../packer/images/reason";
import { describeChange, inputsTag } from "../../packer/inputs/change";
import { bakeFingerprint, bakeInputs, fingerprint } from "../../packer/inputs/fingerprint";
import { packerFiles } from "../../packer/inputs/packer-files";
import type { BakeSpec } from "../../packer/spec/spec";
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
    assert.equal(of(bakeSpec({ tags: {}, subnetId: "subnet-1", instanceProfile: "p" })), base);
    assert.equal(of(chef({ operator: { name: "other", key: { environment: "KEY" } } })), base);
  });

  it("covers the template and every script of this package", () => {
    const common = ["scripts/cleaners/consul.sh", "scripts/leak-gate.sh", "template/variables.pkr.hcl"];
    const wanted = {
      classic: [...common, "template/image.pkr.hcl", "template/classic/build.pkr.hcl"],
      modern: [...common, "template/image.pkr.hcl", "template/modern/build.pkr.hcl", "template/modern/plugins.pkr.hcl"],
    };
    for (const generation of ["classic", "modern"] as const) {
      const names = Object.keys(packerFiles(generation));
      for (const name of wanted[generation])
        assert.ok(names.includes(`packer/${name}`), `${name} is missing in ${names}`);
    }
    assert.ok(Object.keys(packerFiles("classic", "instance-store")).some((name) => name.includes("instance-store")));
    assert.notEqual(bakeFingerprint(bakeSpec(), "t3.small", "1.6.6"), bakeFingerprint(bakeSpec(), "t3.small", "1.6.7"));
  });
});

describe("the amazon plugin", () => {
  it("is asked for in one version, which the fingerprint knows by the file", () => {
    const text = packerFiles("modern")["packer/template/modern/plugins.pkr.hcl"] ?? "";
    assert.match(text, /^ +version = "\d+\.\d+\.\d+"$/m);
    const files = (plugins: string) => of(bakeSpec(), { files: { plugins } as unknown as typeof surroundings.files });
    assert.notEqual(files(text), files(text.replace(/\d+"$/m, '99"')));
  });

  it("makes no image of old Packer another, which does not read its file", () => {
    assert.ok(!Object.keys(packerFiles("classic")).some((name) => name.includes("modern")));
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

  it("does not call new what a full tag may have had no room for", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}`, "x"]));
    assert.equal(describeChange(inputsTag(many), many), "nothing that its tag knows of");
  });

  it("names both base images", () => {
    const tags = { "chef-autoscaling:inputs": before, "chef-autoscaling:base-image": "ami-0abc" };
    const now = bakeInputs(bakeSpec({ baseImageId: "ami-0def" }), surroundings);
    assert.equal(reasonToRebake(tags, now, "ami-0def"), "baseImageId changed from ami-0abc to ami-0def");
    assert.equal(reasonToRebake({}, now, "ami-0def"), undefined);
  });

  it("is nothing when all is the same", () => {
    assert.equal(describeChange(before, inputs), "nothing that its tag knows of");
  });
});
