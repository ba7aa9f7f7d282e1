import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { groupIssues } from "../../components/group/group-validation";
import { sentence } from "../../components/validation/issues";
import { soundArguments } from "../helpers/sound-arguments";
import { VIOLATIONS, type Violation } from "../helpers/unsound-arguments";

type Args = ChefAutoScalingGroupArgs;

const SOUND = soundArguments();

function found(args: Record<string, unknown> | Args): string[] {
  return [...new Set(groupIssues(args as unknown as Args).map(({ property }) => property))];
}

describe("any arguments of a group", function () {
  this.timeout(120_000);

  it("pass if they are valid", () => {
    fc.assert(
      fc.property(SOUND, (args) => assert.deepEqual(groupIssues(args).map(sentence), [])),
      { numRuns: 300 },
    );
  });

  for (const { property, wrong, put } of VIOLATIONS) {
    it(`are refused only for '${property}' if that alone is wrong`, () => {
      fc.assert(
        fc.property(SOUND, wrong, (args, value) => assert.deepEqual(found(put(args, value)), [property])),
        { numRuns: 20 },
      );
    });
  }

  it("are refused for each of two mistakes at once", () => {
    const pair = fc.tuple(fc.constantFrom(...VIOLATIONS), fc.integer({ max: -1 }));
    const check = ([{ wrong, put, property }, lifetime]: [Violation<unknown>, number]) => {
      const [args, value] = fc.sample(fc.tuple(SOUND, wrong), 1)[0] as [Args, unknown];
      const twice = put({ ...args, maximumInstanceLifetimeSeconds: lifetime }, value);
      const alone = property === "maximumInstanceLifetimeSeconds";
      assert.deepEqual(found(twice).sort(), alone ? [property] : ["maximumInstanceLifetimeSeconds", property].sort());
    };
    fc.assert(fc.property(pair, check));
  });
});
