import assert from "node:assert/strict";
import fc from "fast-check";
import { TYPE } from "../../policy/stack/types";
import { packForSuite } from "./judged";
import { resourcesOf, type Stack, type TestResource, UNKNOWN_TEXT } from "./stack";
import { WAYS } from "./ways";

type Path = readonly (string | number)[];

/** Rules of which one at least must speak where known values stop. */
const SPEAK = ["instance-type-matches-bake", "launched-type-known", "image-origin-known"];

function pathsIn(value: unknown, above: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return above.length > 0 ? [above] : [];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, [...above, Array.isArray(value) ? Number(key) : key]),
  );
  return above.length > 0 ? [above, ...below] : below;
}

function withUnknown(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map((one, index) => (index === step ? withUnknown(one, rest) : one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === step ? withUnknown(one, rest) : one]),
  );
}

/** The same graph with some values unknown, as where another resource would tell them. */
const doubtful = fc.constantFrom(...Object.entries(WAYS)).chain(([what, stack]) => {
  const resources = resourcesOf(stack);
  const places = resources.flatMap(({ props }, index) => pathsIn(props).map((path) => ({ index, path })));
  return fc.subarray(places, { minLength: 1, maxLength: 3 }).map((chosen) => ({
    what,
    chosen,
    resources: chosen.reduce(
      (all, { index, path }) =>
        all.map((one, at) =>
          at === index ? { ...one, props: withUnknown(one.props, path) as TestResource["props"] } : one,
        ),
      resources,
    ),
  }));
});

describe("policy: unknown values", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  it("never make a rule silent that known values would let speak", async () => {
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

  it("do not end a review of 1,500 copies of copies", async () => {
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

  it("let a circle of sources end where it began", async () => {
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
