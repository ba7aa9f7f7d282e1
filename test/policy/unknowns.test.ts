import assert from "node:assert/strict";
import fc from "fast-check";
import { rules } from "../../policy/rules";
import { TYPE } from "../../policy/stack/types";
import { packForSuite, verdict } from "./judged";
import type { Report } from "./pack";
import { type Place, placesIn, withUnknowns } from "./places";
import { brokenStacks, resourcesOf, type Stack, type TestResource } from "./stack";
import { MORE_STOPS } from "./stops";
import { VERDICTS } from "./verdicts";
import { WAYS } from "./ways";

/** Rules of which at least one must report something where known values would fail. */
const SPEAK = ["instance-type-matches-bake", "launched-type-known", "image-origin-known"];

/** The same graph with some values unknown, as if they came from another resource. */
const doubtful = fc.constantFrom(...Object.entries(WAYS)).chain(([what, stack]) => {
  const resources = resourcesOf(stack);
  return fc
    .subarray(placesIn(resources), { minLength: 1, maxLength: 3 })
    .map((chosen) => ({ what, chosen, resources: withUnknowns(resources, chosen) }));
});

/** Places in the changed resources of a corpus stack, or in all resources if it only removes something. */
function placesOf(resources: readonly TestResource[], changed: readonly string[]): Place[] {
  const all = placesIn(resources);
  const some = all.filter(({ index }) => changed.includes(resources[index]?.name ?? ""));
  return some.length > 0 ? some : all;
}

/** The report of properties-known that a rule did not check. */
function unjudgedBy(rule: string, reports: readonly Report[]): string | undefined {
  const message = reports.find((report) => report.rule === "properties-known")?.message ?? "";
  return new RegExp(`[ ]${rule} \\((.*?)\\)(?=, [a-z-]+ \\(|; )`).exec(message)?.[1];
}

const mandatory = rules.filter(({ enforcementLevel }) => enforcementLevel === "mandatory").map(({ name }) => name);

/** Stacks that fail a rule: those of the corpus, and those of the verdicts. */
const STOPPED: readonly { rule: string; what: string; stack: Stack; changed: readonly string[] }[] = [
  ...brokenStacks()
    .filter(({ rule }) => mandatory.includes(rule))
    .map(({ rule, says, stack, change = {}, relink = {}, add = {} }) => {
      return { rule, what: says, stack, changed: Object.keys({ ...change, ...relink, ...add }) };
    }),
  ...Object.entries(VERDICTS).flatMap(([rule, { stops = {} }]) =>
    Object.entries(stops).map(([what, stack]) => ({ rule, what, stack, changed: Object.keys(stack) })),
  ),
  ...Object.entries(MORE_STOPS).flatMap(([rule, stops]) =>
    Object.entries(stops).map(([what, stack]) => ({ rule, what, stack, changed: Object.keys(stack) })),
  ),
];

describe("policy: unknown values", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  it("never silence a rule that known values would trigger", async () => {
    await fc.assert(
      fc.asyncProperty(doubtful, async ({ resources }) => {
        const rules = (await pack().judge(resources)).map(({ rule }) => rule);
        assert.ok(
          SPEAK.some((rule) => rules.includes(rule)),
          `only ${rules}`,
        );
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it("are tested on stacks that fail", async () => {
    for (const [rule, stops] of Object.entries(MORE_STOPS)) {
      for (const [what, stack] of Object.entries(stops)) {
        assert.equal(await verdict(pack(), rule, stack), "stops", `${rule}: ${what}`);
      }
    }
  });

  it("are tested on every mandatory rule", () => {
    assert.deepEqual([...new Set(STOPPED.map(({ rule }) => rule))].sort(), [...mandatory].sort());
  });

  /** Whether an unknown value is reported, by the rule itself or for it, without being reported when everything is known. */
  const speaks = async (rule: string, known: readonly TestResource[], doubtful: readonly TestResource[]) => {
    const reports = await pack().judge(doubtful);
    if (reports.some((report) => report.rule === rule || SPEAK.includes(report.rule))) return true;
    const unjudged = unjudgedBy(rule, reports);
    return unjudged !== undefined && unjudged !== unjudgedBy(rule, await pack().judge(known));
  };

  for (const { rule, what, stack, changed } of STOPPED) {
    it(`anywhere in what ${rule} fails are either reported or do not matter: ${what}`, async () => {
      const resources = resourcesOf(stack);
      const silent: string[] = [];
      for (const place of (await isStopped(rule, resources)) ? placesOf(resources, changed) : []) {
        if (await speaks(rule, resources, withUnknowns(resources, [place]))) continue;
        silent.push(`${resources[place.index]?.name}.${place.path.join(".")}`);
      }
      assert.deepEqual(silent, []);
    });
  }

  const isStopped = async (rule: string, resources: readonly TestResource[]) =>
    (await pack().judge(resources)).some((report) => report.rule === rule && report.level === "mandatory");

  it("do not silence any mandatory rule, wherever several of them are", async () => {
    const some = fc.constantFrom(...STOPPED).chain(({ rule, stack, changed }) => {
      const resources = resourcesOf(stack);
      return fc
        .subarray(placesOf(resources, changed), { minLength: 1 })
        .map((chosen) => ({ rule, resources, doubtful: withUnknowns(resources, chosen.slice(0, 4)) }));
    });
    await fc.assert(
      fc.asyncProperty(some, async ({ rule, resources, doubtful }) => {
        if (await isStopped(rule, resources)) assert.ok(await speaks(rule, resources, doubtful), rule);
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it("do not break a review of 1,500 copies of copies", async () => {
    const copies: Stack = Object.fromEntries(
      Array.from({ length: 1500 }, (_, at) => [
        `copy-${at}`,
        { type: TYPE.amiCopy, props: { encrypted: true }, from: { sourceAmiId: at === 0 ? "bake" : `copy-${at - 1}` } },
      ]),
    );
    const stack: Stack = {
      bake: { type: TYPE.command, props: { environment: { BAKE_INSTANCE_TYPE: "m7i.large" } } },
      ...copies,
      web: {
        type: TYPE.launchTemplate,
        props: { imageId: "$unknown", instanceType: "m7i.xlarge" },
        from: { imageId: "copy-1499" },
      },
    };
    const found = (await pack().judge(resourcesOf(stack))).filter(({ rule }) => rule === "instance-type-matches-bake");
    assert.deepEqual(
      found.map(({ level }) => level),
      ["mandatory"],
    );
  });

  it("end a cycle of sources where it started", async () => {
    const copy = (from: string) => ({ type: TYPE.amiCopy, props: { encrypted: true }, from: { sourceAmiId: from } });
    const web = {
      type: TYPE.launchTemplate,
      props: { imageId: "$unknown", instanceType: "m7i.large" },
      from: { imageId: "one" },
    };
    const rules = (await pack().judge(resourcesOf({ one: copy("two"), two: copy("one"), web }))).map(
      ({ rule }) => rule,
    );
    assert.ok(rules.includes("image-origin-known"));
  });
});
