import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { TYPE } from "../../policy/stack/types";
import { packForSuite, verdict } from "./judged";
import { resourcesOf } from "./stack";
import { one, VERDICTS } from "./verdicts";

describe("policy: no false failure and no false pass", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  for (const [rule, expected] of Object.entries(VERDICTS)) {
    for (const [wanted, stacks] of Object.entries(expected)) {
      for (const [what, stack] of Object.entries(stacks)) {
        it(`${rule} ${wanted}: ${what}`, async () => {
          assert.equal(await verdict(pack(), rule, stack), wanted);
        });
      }
    }
  }

  it("topic-in-account fails if the accounts are known", async () => {
    const [stack] = Object.values(VERDICTS["topic-in-account"]?.advises ?? {});
    await pack().configure({ "topic-in-account": { accounts: ["123456789012"] } });
    assert.equal(await verdict(pack(), "topic-in-account", stack ?? {}), "stops");
    await pack().configure({});
  });

  it("recognizes a Python function's language", async () => {
    const found = await pack().judge(resourcesOf(one(TYPE.function, { runtime: "python3.8" })));
    const message = found.find(({ rule }) => rule === "function-runtime")?.message ?? "";
    assert.match(message, /for Python/);
    assert.ok(!message.includes("Node"));
  });

  it("also fails uncertain violations if a rule is strict", async () => {
    const strict = rules.filter(({ configSchema }) => configSchema?.properties.strict).map(({ name }) => name);
    await pack().configure(Object.fromEntries(strict.map((name) => [name, { strict: true }])));
    for (const rule of strict) {
      const [stack] = Object.values(VERDICTS[rule]?.advises ?? {});
      assert.ok(stack, `nothing is tried on ${rule}`);
      assert.equal(await verdict(pack(), rule, stack), "stops", rule);
    }
    await pack().configure({});
  });
});
