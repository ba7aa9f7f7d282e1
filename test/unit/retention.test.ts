import assert from "node:assert/strict";
import * as fc from "fast-check";
import { formerRegions } from "../../packer/images/regions";
import { dispensable } from "../../packer/images/retention";
import { imageTags } from "../../packer/images/tags";
import type { BakeSpec } from "../../packer/spec/spec";
import { bakeSpec } from "../helpers/bake-spec";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = new Date("2030-06-30T00:00:00Z");

/** An image of this age. */
function image(days: number) {
  return { ImageId: `ami-${days}`, CreationDate: new Date(NOW.getTime() - days * DAY_MS).toISOString() };
}

function left(ages: readonly number[], keep: { count?: number; days?: number }): string[] {
  const gone = new Set(dispensable(ages.map(image), keep, NOW));
  return ages
    .map(image)
    .filter(({ ImageId }) => ![...gone].some((one) => one.ImageId === ImageId))
    .map((one) => one.ImageId);
}

describe("the regions that images were copied to", () => {
  const copied = (copies: object) => {
    const bake = {
      instanceType: "t3.small",
      fingerprint: "f",
      inputs: {},
      imageName: "web-1",
      nodeName: "n",
      run: "r",
    };
    const tags = imageTags(bakeSpec({ copies: copies as BakeSpec["copies"] }), { ...bake, startedAt: NOW });
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  };

  it("are known from the images, even if they are no longer copied to", () => {
    const spec = bakeSpec({ copies: { "eu-west-3": {} } });
    const images = [
      copied({ "eu-west-3": {}, "us-east-1": {} }),
      copied({ "us-east-1": {} }),
      copied({}),
      { Tags: [] },
    ];
    assert.deepEqual(formerRegions(spec, images), ["us-east-1"]);
    assert.deepEqual(formerRegions(spec, [copied({})]), []);
  });

  it("fit into a tag, with whole names only", () => {
    const many = Array.from({ length: 40 }, (_, index) => `ap-southeast-${index}`);
    const known = formerRegions(bakeSpec(), [copied(Object.fromEntries(many.map((one) => [one, {}])))]);
    assert.ok(known.length >= 15 && known.every((one) => many.includes(one)), known.join());
  });
});

describe("which earlier images are kept", () => {
  it("are the newest, by count", () => {
    assert.deepEqual(left([40, 20, 3], { count: 2 }), ["ami-20", "ami-3"]);
  });

  it("are the young ones, by age", () => {
    assert.deepEqual(left([40, 20, 3], { days: 21 }), ["ami-20", "ami-3"]);
  });

  it("are those that count or age keeps", () => {
    assert.deepEqual(left([40, 20, 3], { count: 1, days: 30 }), ["ami-20", "ami-3"]);
    assert.deepEqual(left([400, 300], { count: 1, days: 30 }), ["ami-300"]);
  });

  it("are never fewer than the count, if there are that many", () => {
    const ages = fc.uniqueArray(fc.integer({ min: 0, max: 1000 })).map((list) => list.sort((a, b) => b - a));
    fc.assert(
      fc.property(ages, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 500 }), (list, count, days) => {
        const kept = left(list, { count, days });
        assert.ok(kept.length >= Math.min(count, list.length));
        for (const age of list) if (age < days) assert.ok(kept.includes(`ami-${age}`));
      }),
    );
  });
});
