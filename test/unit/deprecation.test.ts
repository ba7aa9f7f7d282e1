import assert from "node:assert/strict";
import { deprecationTime } from "../../packer/images/deprecation";

describe("when an image is deprecated", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  const image = { CreationDate: "2026-11-01T10:00:00.000Z" };
  const soon = "2026-11-28T12:02:00.000Z";
  const CASES: [string, Parameters<typeof deprecationTime>[0], string | undefined, string | undefined][] = [
    ["a time", { at: "2027-01-01" }, undefined, "2027-01-01T00:00:00.000Z"],
    ["days after it was made", { afterDays: 90 }, undefined, "2027-01-30T10:00:00.000Z"],
    ["another time than it has", { at: "2027-01-01" }, "2027-02-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["the time it has, which EC2 rounds", { at: "2027-01-01T00:00:20Z" }, "2027-01-01T00:00:00.000Z", undefined],
    ["a time that has passed", { at: "2026-01-01" }, undefined, soon],
    ["days that have passed, where it has a later time", { afterDays: 7 }, "2027-01-01T00:00:00.000Z", soon],
    ["a time that has passed, where it is deprecated", { afterDays: 7 }, "2026-11-20T00:00:00.000Z", undefined],
  ];
  for (const [title, asked, has, expected] of CASES) {
    it(`is ${expected ?? "left as it is"} for ${title}`, () => {
      assert.equal(deprecationTime(asked, { ...image, DeprecationTime: has }, now)?.toISOString(), expected);
    });
  }
});
