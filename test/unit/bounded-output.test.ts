import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { boundedOutput } from "../../packer/run/bounded-output";

describe("the output of a bake", () => {
  const printing = () => {
    const printed: string[] = [];
    return { printed, output: boundedOutput((text) => printed.push(text)) };
  };
  const runs = (PULUMI_COMMAND_STDERR: string) =>
    spawnSync("/bin/true", { env: { PULUMI_COMMAND_STDERR } }).error === undefined;

  it("always fits into the variable in which the next update gets it", () => {
    const { printed, output } = printing();
    for (let line = 0; line < 9000; line += 1) output.write(`    amazon-ebs.image: line ${line} of a converge, ü\n`);
    for (let step = 0; step < 1000; step += 1) output.write(`bake: [${step}/1000] ${"a step ".repeat(9)}\n`);
    assert.ok(!runs("x".repeat(131_072)), "Linux takes any length here");
    assert.ok(runs(printed.join("")), `${Buffer.byteLength(printed.join(""))} bytes`);
  });

  it("still shows the steps when the lines in between are too many", () => {
    const { printed, output } = printing();
    output.write(`${"a line\n".repeat(20_000)}bake: [9/12] removing keys\na line\n`);
    const [notice, step] = printed.slice(-2);
    assert.match(notice ?? "", /^bake: this bake prints more than can be stored: from here on only its steps/);
    assert.equal(step, "bake: [9/12] removing keys\n");
  });

  it("shows everything that is short, unchanged", () => {
    const { printed, output } = printing();
    output.write("one\ntwo\n\nbake: three\n");
    output.release();
    assert.equal(printed.join(""), "one\ntwo\n\nbake: three\n");
  });

  it("shows the last lines after all if the bake fails, since nothing is stored then", () => {
    const { printed, output } = printing();
    output.write("a line\n".repeat(20_000));
    output.write("the cause\n");
    assert.ok(!printed.includes("the cause\n"));
    output.release();
    assert.equal(printed.at(-1), "the cause\n");
  });
});
