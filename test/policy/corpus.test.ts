import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { type Configuration, Pack } from "./pack";
import { brokenStacks, resourcesOf, soundStack } from "./stack";

/** All rules stop, also those that only advise or are off where nobody says otherwise, and at what is not certain. */
const STRICT: Configuration = Object.fromEntries(
  rules.map(({ name, configSchema }) => [
    name,
    { level: "mandatory", ...(configSchema?.properties.strict && { strict: true }) },
  ]),
);

describe("policy: the corpus of broken stacks, over the pack's own interface, with unknowns as at a first preview", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure(STRICT);
  });
  after(() => pack.stop());

  it("finds nothing in the sound stack", async () => {
    assert.deepEqual(await pack.judge(resourcesOf(soundStack())), []);
  });

  it("has one broken stack for each rule", () => {
    const broken = new Set(brokenStacks().map(({ rule }) => rule));
    assert.deepEqual([...broken].sort(), rules.map(({ name }) => name).sort());
  });

  for (const { rule, says, stack, with: others = [] } of brokenStacks()) {
    it(`${rule}: ${says}`, async () => {
      const reports = await pack.judge(resourcesOf(stack));
      assert.deepEqual([...new Set(reports.map((report) => report.rule))].sort(), [rule, ...others].sort());
      const message = reports.find((report) => report.rule === rule)?.message ?? "";
      assert.ok(message.includes(says), message);
      assert.match(message, /\n'[\w-]+' .+; .+$/, "the message names no resource, or no way to mend it");
      assert.ok(reports.every(({ level }) => level === "mandatory"));
    });
  }
});
