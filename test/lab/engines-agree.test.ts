import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cliRunner, onPath } from "../../lab/engine/cli-runner";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { Result } from "../../lab/engine/stack-runner";
import { type EngineStack, engineStack, settings } from "./engine-stack";

/** The parts of a result to compare: success, each resource's operation, and violated rules. */
function essence(result: Result): unknown {
  return {
    ok: result.ok,
    operations: result.operations.map(({ op, type, name }) => `${op} ${type} ${name}`).sort(),
    violations: [
      ...new Set(result.policyViolations.map(({ policy, pack, level }) => `${pack} ${policy} ${level}`)),
    ].sort(),
  };
}

describe("the lab's engine and the Pulumi CLI agree on", function () {
  this.timeout(180_000);
  let pairs: { cli: EngineStack; engine: EngineStack };

  before(function () {
    if (!onPath("pulumi") || !onPath("pulumi-language-nodejs")) {
      console.log("    skipped: the Pulumi CLI (pulumi, pulumi-language-nodejs) is not on PATH");
      return this.skip();
    }
    pairs = { cli: engineStack(cliRunner), engine: engineStack(inProcessRunner) };
  });

  after(() => {
    pairs?.cli.remove();
    pairs?.engine.remove();
  });

  /** Runs the same act with both engines and compares operations, journals and result. */
  async function both(act: (stack: EngineStack) => Promise<Result>): Promise<Result> {
    const cli = await act(pairs.cli);
    const engine = await act(pairs.engine);
    assert.deepEqual(essence(engine), essence(cli), `engine:\n${engine.output}\n\nCLI:\n${cli.output}`);
    assert.deepEqual(pairs.engine.journal(), pairs.cli.journal());
    return cli;
  }

  const changed = { word: "second", file: "two", hidden: "very-hidden-word" };

  it("a preview with unknowns", async () => {
    const result = await both(({ runner }) => runner.preview());
    assert.ok(result.ok && result.operations.length > 0, result.output);
  });

  it("a preview that a policy rejects", async () => {
    const refused = (stack: EngineStack) =>
      stack.runner.preview({ ...settings({ word: "forbidden" }), policyPacks: [stack.policyPack] });
    assert.ok(!(await both(refused)).ok);
  });

  it("an update that a policy stops before anything is created", async () => {
    for (const stack of [pairs.cli, pairs.engine]) {
      const result = await stack.runner.up({ ...settings({ word: "forbidden" }), policyPacks: [stack.policyPack] });
      assert.ok(!result.ok);
      assert.ok(
        result.policyViolations.some(({ level }) => level === "mandatory"),
        result.output,
      );
      assert.deepEqual(stack.journal(), []);
    }
  });

  it("creation with policies", async () => {
    const result = await both(({ runner, policyPack }) => runner.up({ policyPacks: [policyPack] }));
    assert.ok(result.ok, result.output);
  });

  it("the program's input and outputs", async () => {
    const outputs = async ({ runner, files }: EngineStack) =>
      JSON.stringify(await runner.outputs()).replaceAll(files, "");
    assert.equal(await outputs(pairs.engine), await outputs(pairs.cli));
    const made = ({ files }: EngineStack) => readFileSync(join(files, "one.txt"), "utf8");
    assert.equal(made(pairs.engine), made(pairs.cli));
  });

  it("an update without changes", async () => {
    const result = await both(({ runner }) => runner.up());
    assert.ok(result.operations.every(({ op }) => op === "same"));
  });

  it("the preview of updates, replacements and ignored changes", async () => {
    await both(({ runner }) => runner.preview(settings(changed)));
  });

  it("updates, replacements and ignored changes", async () => {
    const result = await both(({ runner }) => runner.up(settings(changed)));
    assert.deepEqual([...new Set(result.operations.map(({ op }) => op))].sort(), ["replace", "same", "update"]);
  });

  it("additions, retained and protected resources", async () => {
    await both(({ runner }) => runner.up(settings({ ...changed, features: "extra,retained,protected" })));
    await both(({ runner }) => runner.up(settings({ ...changed, features: "unprotected" })));
  });

  it("a rename with an alias", async () => {
    await both(({ runner }) => runner.up(settings({ ...changed, features: "before-rename" })));
    await both(({ runner }) => runner.up(settings({ ...changed, features: "renamed" })));
  });

  it("destruction", async () => {
    const result = await both(({ runner }) => runner.destroy());
    assert.ok(result.ok, result.output);
  });
});
