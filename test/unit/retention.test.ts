import assert from "node:assert/strict";
import * as fc from "fast-check";
import { dispensable } from "../../packer/retention";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = new Date("2030-06-30T00:00:00Z");

/** An image of so many days ago. */
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

describe("which earlier images stay", () => {
  it("are the newest, by count", () => {
    assert.deepEqual(left([40, 20, 3], { count: 2 }), ["ami-20", "ami-3"]);
  });

  it("are the young ones, by age", () => {
    assert.deepEqual(left([40, 20, 3], { days: 21 }), ["ami-20", "ami-3"]);
  });

  it("are those that either of the two keeps", () => {
    assert.deepEqual(left([40, 20, 3], { count: 1, days: 30 }), ["ami-20", "ami-3"]);
    assert.deepEqual(left([400, 300], { count: 1, days: 30 }), ["ami-300"]);
  });

  it("never are fewer than the count, where there are so many", () => {
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
