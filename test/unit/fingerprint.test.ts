import assert from "node:assert/strict";
import { reasonToRebake } from "../../packer/images/reason";
import { imageTags } from "../../packer/images/tags";
import { bakeFingerprint, bakeInputs, fingerprint } from "../../packer/inputs/fingerprint";
import { describeChange, inputsOfTags, inputsTags, type KeptInputs, keptInputs } from "../../packer/inputs/kept-inputs";
import { packageVersion } from "../../packer/inputs/package-root";
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
    "the root volume": of(bakeSpec({ rootVolume: { sizeGib: 40 } })),
    "the base image": of(bakeSpec({ baseImageId: "ami-0def" })),
    "the region": of(bakeSpec({ region: "eu-west-1" })),
    "the name": of(bakeSpec({ name: "db" })),
    "the run list": of(chef({ runList: ["recipe[base]", "recipe[web]"] })),
    "the run list's order": of(chef({ runList: ["recipe[web]", "recipe[base]"] })),
    "the environment": of(chef({ environment: "production" })),
    "an attribute": of(chef({ attributes: { a: { b: 1, c: 3 } } })),
    "the Chef server": of(chef({ serverUrl: "https://other.example.com" })),
  };
  it("changes with every change of the image, each time to another value", () => {
    const all = [base, ...Object.values(changes)];
    assert.equal(new Set(all).size, all.length, JSON.stringify(changes, null, 1));
  });

  it("does not change with what has no effect on the image", () => {
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
  it("is required in one version, which is part of the fingerprint through the file", () => {
    const text = packerFiles("modern")["packer/template/modern/plugins.pkr.hcl"] ?? "";
    assert.match(text, /^ +version = "\d+\.\d+\.\d+"$/m);
    const files = (plugins: string) => of(bakeSpec(), { files: { plugins } as unknown as typeof surroundings.files });
    assert.notEqual(files(text), files(text.replace(/\d+"$/m, '99"')));
  });

  it("does not affect images of old Packer versions, which do not read its file", () => {
    assert.ok(!Object.keys(packerFiles("classic")).some((name) => name.includes("modern")));
  });
});

describe("what has changed since an image was baked", () => {
  const inputs = bakeInputs(bakeSpec(), surroundings);
  const before = keptInputs(inputs);
  /** Inputs after a round trip through the image's tags. */
  const read = (kept: KeptInputs) => inputsOfTags(inputsTags(kept)) ?? {};

  it("fits into 8 tags, whatever the number of files, with characters that every service accepts in a tag", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`cookbooks/${index}.rb`, `${index}`]));
    const tags = inputsTags(keptInputs(bakeInputs(bakeSpec(), { ...surroundings, files: many })));
    assert.equal(tags.length, 8);
    for (const value of tags) assert.match(value, /^[A-Za-z0-9_-]{1,256}$/);
    assert.deepEqual(read(before), before);
  });

  it("includes the old and new value of each setting; for files only the name", () => {
    const now = bakeInputs(chef({ runList: [] }), {
      ...surroundings,
      instanceType: "t3.large",
      files: { ...files, "packer/scripts/clean.sh": "x" },
    });
    assert.equal(
      describeChange(read(before), keptInputs(now)),
      'instanceType changed from t3.small to t3.large, chef.runList changed from ["recipe[base]"] to [], ' +
        "packer/scripts/clean.sh changed",
    );
  });

  it("includes new and removed inputs", () => {
    const now = bakeInputs(chef({ policyName: "web", environment: undefined, attributes: undefined }), surroundings);
    assert.equal(
      describeChange(read(before), keptInputs(now)),
      "chef.policyName is new: web, chef.environment was removed, it was staging, chef.attributes was removed",
    );
  });

  it("does not include as new what may not have fitted before", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`${index}`, "x"]));
    assert.equal(describeChange(read(many), many), "nothing that is recorded in its tags");
  });

  it("reveals no attributes, which may be secret, and no long values", () => {
    const secret = { a: { password: "hidden-word" } };
    const long = Array.from({ length: 40 }, (_, index) => `recipe[${index}]`);
    const kept = keptInputs(bakeInputs(chef({ attributes: secret, runList: long }), surroundings));
    assert.match(kept["chef.attributes"] ?? "", /^sha256:[0-9a-f]{8}$/);
    assert.match(kept["chef.runList"] ?? "", /^sha256:[0-9a-f]{8}$/);
    assert.equal(describeChange(before, kept), "chef.runList changed, chef.attributes changed");
  });

  it("is determined from an image's tags, with the package's version if that differs", () => {
    const names = { imageName: "web-1", nodeName: "bake-web-1", run: "1", startedAt: new Date(0) };
    const tags = imageTags(bakeSpec(), { instanceType: "t3.small", fingerprint: "f", inputs, ...names });
    const now = bakeInputs(bakeSpec({ baseImageId: "ami-0def" }), surroundings);
    assert.equal(reasonToRebake(tags, now), "baseImageId changed from ami-0abc to ami-0def");
    assert.equal(
      reasonToRebake({ ...tags, "chef-autoscaling:package-version": "0.0.1" }, now),
      `baseImageId changed from ami-0abc to ami-0def (pulumi-chef-autoscaling was 0.0.1, is ${packageVersion()})`,
    );
    assert.equal(reasonToRebake({}, now), undefined);
    assert.match(reasonToRebake({ "chef-autoscaling:inputs": "abcdef" }, now) ?? "", /earlier version of this package/);
  });

  it("is empty if everything is the same", () => {
    assert.equal(describeChange(before, keptInputs(inputs)), "nothing that is recorded in its tags");
  });
});
