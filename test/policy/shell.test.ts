import assert from "node:assert/strict";
import fc from "fast-check";
import { commandsOf, LATER } from "../../policy/image/shell";

/** Ways to write a word so that a shell reads it back. */
const written: readonly ((word: string) => string)[] = [
  (word) => `'${word.replaceAll("'", "'\\''")}'`,
  (word) => `"${word.replaceAll(/[\\"$`]/g, "\\$&")}"`,
  (word) => word.replaceAll(/[^\w]/g, "\\$&").replaceAll("\\\n", "'\n'") || "''",
];

const words = fc.array(fc.tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...written)), {
  minLength: 1,
  maxLength: 5,
});
const NOISE = fc.string({ unit: fc.constantFrom(..."ab $(){}`'\"\\\n#;&|<>=-0"), maxLength: 60 });

const DOLLAR = "$";

describe("policy: a script, split like a shell does", () => {
  it("has the words as written, however they are quoted", () => {
    fc.assert(
      fc.property(words, (all) => {
        const script = `run ${all.map(([word, write]) => write(word)).join(" ")}`;
        assert.deepEqual(commandsOf(script, new Map()), [
          { words: ["run", ...all.map(([word]) => word)], variables: new Map() },
        ]);
      }),
    );
  });

  it("terminates for any content", () => {
    fc.assert(fc.property(NOISE, (script) => Array.isArray(commandsOf(script, new Map()))));
  });

  it("marks what only running it would reveal", () => {
    const split = (script: string) => commandsOf(script, new Map([["A", "1"]])).map((command) => command.words);
    assert.deepEqual(split(`x=2; run $A-${DOLLAR}{x} $(date) ${DOLLAR}{A:-3}`), [
      ["date"],
      ["run", "1-2", LATER, LATER],
    ]);
    assert.deepEqual(split("run > out.log 2>&1 < in # gone"), [["run"]]);
  });
});
