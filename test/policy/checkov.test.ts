import assert from "node:assert/strict";
import { CHECKOV } from "../../docs/policy/checkov";
import { rules } from "../../policy/rules";
import { EVENTS } from "./checkov/events";
import type { Example, Examples } from "./checkov/example";
import { IDENTITY } from "./checkov/identity";
import { LAUNCHING } from "./checkov/launching";
import { foundBy, packForSuite } from "./judged";
import type { Stack } from "./stack";

/**
 * The examples of checkov's own tests, in Pulumi's properties. What fails there must be found here, and what passes there must not be.
 * docs/policy/checkov.ts explains the differences.
 *
 * @see https://github.com/bridgecrewio/checkov/tree/main/tests/terraform/checks/resource/aws
 */
const EXAMPLES: Readonly<Record<string, Examples>> = { ...IDENTITY, ...LAUNCHING, ...EVENTS };

describe("policy: checkov's own examples", function () {
  this.timeout(240_000);
  const pack = packForSuite();
  before(async () => {
    const off = rules.filter(({ enforcementLevel }) => enforcementLevel === "disabled");
    await pack().configure(Object.fromEntries(off.map(({ name }) => [name, { level: "advisory" }])));
  });

  it("exist for each check in the table", () => {
    assert.deepEqual(Object.keys(EXAMPLES).sort(), Object.keys(CHECKOV).sort());
  });

  for (const [id, { fails, passes, differs }] of Object.entries(EXAMPLES)) {
    const rule = rules.find(({ tags = [] }) => tags.includes(id))?.name ?? "";
    const found = (example: Example | Stack) => foundBy(pack(), rule, stackOf(example));

    it(`${id}: ${rule} finds what fails there`, async () => {
      for (const example of [...fails, ...(differs?.found ?? [])]) {
        assert.ok((await found(example)).length > 0, JSON.stringify(example));
      }
    });

    it(`${id}: ${rule} finds nothing in what passes there`, async () => {
      for (const example of [...passes, ...(differs?.notFound ?? [])]) {
        assert.deepEqual(await found(example), [], JSON.stringify(example));
      }
    });

    if (differs) it(`${id}: the table explains differences`, () => assert.ok(CHECKOV[id]?.differs));
  }
});

function stackOf(example: Example | Stack): Stack {
  if (!isExample(example)) return example;
  const [type, props] = example;
  return { example: { type, props } };
}

function isExample(example: Example | Stack): example is Example {
  return Array.isArray(example);
}
