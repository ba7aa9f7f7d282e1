import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { type Configuration, Pack } from "./pack";
import { brokenStacks, resourcesOf, type Stack, soundStack } from "./stack";

/** Makes all rules mandatory, including those that are advisory or off by default, and strict about uncertain violations. */
const STRICT: Configuration = Object.fromEntries(
  rules.map(({ name, configSchema }) => [
    name,
    { level: "mandatory", ...(configSchema?.properties.strict && { strict: true }) },
  ]),
);

describe("policy: the corpus of broken stacks, through the pack's own interface, with unknown values as on a first preview", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure(STRICT);
  });
  after(() => pack.stop());

  /** All stacks have reports of properties-known, since a first preview has unknown values; they only count if requested. */
  const judged = async (stack: Stack, rule?: string) =>
    (await pack.judge(resourcesOf(stack))).filter(
      (report) => report.rule === rule || report.rule !== "properties-known",
    );

  it("has no findings in the sound stack", async () => {
    assert.deepEqual(await judged(soundStack()), []);
  });

  it("has one broken stack for each rule", () => {
    const broken = new Set(brokenStacks().map(({ rule }) => rule));
    assert.deepEqual([...broken].sort(), rules.map(({ name }) => name).sort());
  });

  for (const { rule, says, stack, with: others = [] } of brokenStacks()) {
    it(`${rule}: ${says}`, async () => {
      const reports = await judged(stack, rule);
      assert.deepEqual([...new Set(reports.map((report) => report.rule))].sort(), [rule, ...others].sort());
      const message = reports.find((report) => report.rule === rule)?.message ?? "";
      assert.ok(message.includes(says), message);
      assert.match(message, /\n'[\w-]+' .+; .+$/, "the message names no resource, or no way to mend it");
      assert.ok(reports.every(({ level }) => level === "mandatory"));
    });
  }
});
