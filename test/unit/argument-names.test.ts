import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { didYouMean } from "../../common/did-you-mean";
import { groupIssues } from "../../components/group/group-validation";
import { imageIssues } from "../../components/image/image-validation";
import { sentence, type ValidationIssue } from "../../components/validation/issues";
import { CHEF, groupArgs } from "../helpers/arguments";

/** As in a JavaScript program, without type checks. */
function group(args: Record<string, unknown>): ValidationIssue[] {
  return groupIssues({ ...groupArgs(), ...args } as never);
}

const IMAGE = { imageName: "base", instanceType: "t3.small", baseImage: { id: "ami-1" }, chef: CHEF };

function image(args: Record<string, unknown>): ValidationIssue[] {
  return imageIssues({ ...IMAGE, ...args } as never);
}

const properties = (issues: readonly ValidationIssue[]) => issues.map(({ property }) => property);
const sentences = (issues: readonly ValidationIssue[]) => issues.map(sentence);

describe("arguments without a compiler", () => {
  it("are all named if they are missing, together with other mistakes", () => {
    const wrong = group({ capacity: undefined, chef: undefined, instanceType: undefined, groupName: "a b" });
    assert.deepEqual(properties(wrong).sort(), ["capacity", "chef", "groupName", "instanceType"]);
    assert.ok(sentences(wrong).some((line) => line.startsWith("'capacity' is missing, expected an object {min, max,")));
    const parts = { capacity: { max: 1 }, chef: { ...CHEF, operator: { name: "o" } } };
    assert.deepEqual(properties(group(parts)), ["chef.operator.key", "capacity.min"]);
    assert.deepEqual(properties(groupIssues(undefined as never)), ["arguments"]);
    assert.deepEqual(properties(image({ chef: undefined, baseImage: undefined })).sort(), ["baseImage", "chef"]);
  });

  it("are named if they are unknown, at any depth, with the closest name", () => {
    const [unknown] = group({ userData: "#!/bin/sh" });
    assert.equal(unknown && sentence(unknown), "'userData' is given, expected no argument of this name; leave it out");
    const near = {
      instaceType: "t3.small",
      capacity: { min: 1, max: 2, desire: 1 },
      rollout: { min_healthy_percentage: 90 },
      hooks: { launch: { heartBeatSeconds: 60 } },
      scaling: { out: { treshold: 80 }, targets: { cpu: { target: 50, warmUpSecond: 1 } } },
      reaper: { mod: "worker" },
    };
    const expected: Record<string, string> = {
      instaceType: "instanceType",
      "capacity.desire": "desired",
      "rollout.min_healthy_percentage": "minHealthyPercentage",
      "hooks.launch.heartBeatSeconds": "heartbeatSeconds",
      "scaling.out.treshold": "threshold",
      "scaling.targets.cpu.warmUpSecond": "warmupSeconds",
      "reaper.mod": "mode",
    };
    const told = Object.fromEntries(group(near).map(({ property, fix }) => [property, fix]));
    for (const [property, name] of Object.entries(expected)) assert.equal(told[property], `did you mean '${name}'?`);
    assert.deepEqual(properties(image({ instanceTypes: ["t3.small"] })), ["instanceTypes"]);
  });

  it("are named if they are of the wrong kind", () => {
    const wrong = group({ capacity: 3, runList: "recipe[a]", sessionManager: "yes", hooks: [], launch: "templates" });
    assert.deepEqual(properties(wrong).sort(), ["capacity", "hooks", "launch", "runList", "sessionManager"]);
  });

  it("never cause any other error than the list of mistakes, whatever their values", () => {
    const names = Object.keys({
      ...groupArgs(),
      scaling: 1,
      hooks: 1,
      reaper: 1,
      notifications: 1,
      health: 1,
      tags: 1,
      passOn: 1,
    });
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.anything(), (name, value) => {
        for (const { property } of group({ [name]: value })) assert.equal(typeof property, "string");
      }),
      { numRuns: 300 },
    );
  });

  it("are refused with their path if they must be known at preview and are not", () => {
    const later = pulumi.output(Promise.resolve("x"));
    const wrong = group({
      groupName: later,
      capacity: { min: later, max: 2 },
      runList: ["recipe[a]", later],
      chef: { ...CHEF, validator: { name: "v", key: { ssmParameter: later } } },
    });
    const expected = ["capacity.min", "chef.validator.key.ssmParameter", "groupName", "runList.1"];
    assert.deepEqual(properties(wrong).sort(), expected);
    for (const line of sentences(wrong)) {
      assert.match(line, /is known only later, expected a value that is known when the program runs/);
      assert.doesNotMatch(line, /Calling \[to/);
    }
  });

  it("may be known later if their type allows it", () => {
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    const args = {
      imageId: later("ami-1"),
      keyName: later("operators"),
      subnetIds: [later("subnet-1")],
      attributes: { db: later("db.internal") },
      tags: { owner: later("web") },
    };
    assert.deepEqual(sentences(group(args)), []);
    assert.deepEqual(sentences(group({ attributes: later({ a: 1 }) })), []);
    assert.deepEqual(sentences(image({ attributes: { db: later("db.internal") } })), []);
  });
});

describe("mistakes that show at preview", () => {
  it("are found in run lists and names", () => {
    assert.deepEqual(properties(group({ runList: ["recipe[web", "recipe[a]", "Recipe[a]", "recipe[a], role[b]"] })), [
      "runList.0",
      "runList.2",
      "runList.3",
    ]);
    const sound = ["recipe[a::b@1.2.3]", "role[web]", "base", "base::default@1.0"];
    assert.deepEqual(properties(group({ runList: sound })), []);
    assert.deepEqual(properties(group({ environment: "my prod" })), ["environment"]);
    assert.deepEqual(properties(image({ runList: ["recipe[web"] })), ["runList.0"]);
  });

  it("are found in instance types that cannot boot the image", () => {
    assert.deepEqual(properties(image({ instanceType: "t4g.small" })), ["instanceType"]);
    assert.deepEqual(properties(image({ instanceType: "t4g.small", architecture: "arm64" })), []);
    const types = [{ instanceType: "t3.small" }, { instanceType: "m7g.large" }];
    assert.deepEqual(properties(group({ mixedInstances: { types } })), ["mixedInstances.types.1.instanceType"]);
  });

  it("are found in a Chef server with an unencrypted connection", () => {
    const at = (serverUrl: string) => properties(group({ chef: { ...CHEF, serverUrl } }));
    assert.deepEqual(at("http://chef.internal"), ["chef.serverUrl"]);
    for (const sound of [
      "http://127.0.0.1:8889",
      "http://localhost:8889",
      "http://[::1]:8889",
      "https://chef.internal",
    ]) {
      assert.deepEqual(at(sound), [], sound);
    }
  });
});

describe("the suggested name", () => {
  it("is the closest, however it was spelled", () => {
    const known = ["instanceType", "imageId", "keyName"];
    for (const given of ["instaceType", "instance_type", "instnaceType", "InstanceType", "instanceTypes"]) {
      assert.equal(didYouMean(given, known), "did you mean 'instanceType'?");
    }
    assert.equal(didYouMean("userData", known), undefined);
    assert.equal(didYouMean("x", []), undefined);
  });

  it("is found for a single typo in any name", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{6,20}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, fc.nat(), (known, at) => {
        const [name = ""] = known;
        const cut = at % name.length;
        const given = name.slice(0, cut) + name.slice(cut + 1);
        assert.ok(didYouMean(given, known) !== undefined);
      }),
    );
  });
});
