import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { Pack } from "./pack";
import { brokenStacks, resourcesOf, soundStack } from "./stack";

/** For each setting: a value with which the broken stack of its rule passes, or with which the sound one fails. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, { passes?: unknown; stops?: unknown }>>>> = {
  "function-runtime": { gone: { stops: ["nodejs22.x"] } },
  "function-url-needs-auth": { allowed: { passes: ["open"] } },
  "instance-type-matches-bake": { comparison: { passes: "family" } },
  "launch-template-by-number": { allowed: { passes: ["web"] } },
  "metadata-hop-limit": { allowed: { passes: ["web-template"] }, maximum: { passes: 2 } },
  "no-public-address": { allowed: { passes: ["web-template"] } },
  "topic-in-account": { accounts: { passes: ["210987654321"] } },
};

describe("policy: the settings of rules", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
  });
  after(() => pack.stop());

  const isStopped = async (rule: string, settings: object, stack: ReturnType<typeof soundStack>) => {
    await pack.configure({ [rule]: { level: "mandatory", ...settings } });
    return (await pack.judge(resourcesOf(stack))).some((report) => report.rule === rule);
  };

  it("are all tested here, except 'readImages' and 'strict', which the tests of images and of verdicts cover", () => {
    const all = rules.flatMap(({ name, configSchema }) =>
      Object.keys(configSchema?.properties ?? {})
        .filter((setting) => !["readImages", "strict"].includes(setting))
        .map((setting) => `${name} ${setting}`),
    );
    const tried = Object.entries(SETTINGS).flatMap(([rule, of]) =>
      Object.keys(of).map((setting) => `${rule} ${setting}`),
    );
    assert.deepEqual(tried.sort(), all.sort());
  });

  for (const [rule, of] of Object.entries(SETTINGS)) {
    for (const [setting, { passes, stops }] of Object.entries(of)) {
      it(`'${setting}' of ${rule} changes its findings`, async () => {
        const broken = brokenStacks().find((one) => one.rule === rule)?.stack ?? {};
        assert.ok(await isStopped(rule, {}, broken));
        assert.ok(!(await isStopped(rule, {}, soundStack())));
        if (passes !== undefined) assert.ok(!(await isStopped(rule, { [setting]: passes }, broken)));
        if (stops !== undefined) assert.ok(await isStopped(rule, { [setting]: stops }, soundStack()));
      });
    }
  }

  for (const level of ["disabled", "advisory", "mandatory"]) {
    it(`accept the level ${level} for a rule`, async () => {
      const stack = brokenStacks().find(({ rule }) => rule === "parameter-encrypted")?.stack ?? {};
      await pack.configure({ "parameter-encrypted": { level } });
      const found = (await pack.judge(resourcesOf(stack))).filter(({ rule }) => rule === "parameter-encrypted");
      assert.deepEqual(
        found.map((report) => report.level),
        level === "disabled" ? [] : [level],
      );
    });
  }
});
