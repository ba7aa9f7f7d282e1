import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { writeProgram } from "../helpers/write-program";

const PROGRAM = `
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
const told = new pulumi.ErrorHook("told", async ({ errors, failedOperation }) => {
  await pulumi.log.error("told: " + failedOperation + " failed with " + errors[0].split("\\n")[0]);
  return errors.length < 2;
});
const tries = new pulumi.Config().require("tries");
const create = 'echo x >> ' + tries + '; test $(wc -l < ' + tries + ') -gt ' + new pulumi.Config().require("failures");
new local.Command("flaky", { create }, { hooks: { onError: [told] } });
`;

describe("the lab's engine, with an error hook", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "error-hooks-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const runner = () => {
    writeProgram(folder, "hooked", PROGRAM);
    return inProcessRunner({ project: folder, stack: "test", stateDir: join(folder, "state") });
  };

  it("reports a failure to the program, retries while it asks for it, and finally fails", async () => {
    const stack = runner();
    const config = (failures: number) => ({
      config: { "hooked:tries": join(folder, `tries-${failures}`), "hooked:failures": `${failures}` },
    });
    const failed = await stack.up(config(9));
    assert.ok(!failed.ok);
    assert.equal(failed.output.match(/told: create failed with exit status 1/g)?.length, 2, failed.output);
    const mended = await stack.up(config(1));
    // The program itself logged an error, as a real one would not after a success; the resource is created nevertheless
    assert.match(mended.output, /told: create failed/);
    assert.ok((await stack.preview(config(1))).operations.some(({ op, name }) => op === "same" && name === "flaky"));
  });
});
