import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { StackRunner } from "../../lab/engine/stack-runner";
import { projectRoot } from "../../lab/services/places";

const BAKERY = `
import * as pulumi from "@pulumi/pulumi";
export const imageId = "ami-12345678";
export const password = pulumi.secret("whisper");
`;

const FLEET = `
import * as pulumi from "@pulumi/pulumi";
const bakery = new pulumi.StackReference("organization/bakery/staging");
export const imageId = bakery.requireOutput("imageId");
export const password = bakery.getOutput("password");
export const missing = bakery.getOutput("nothing");
`;

describe("the lab's engine, with a reference to another stack", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "stack-reference-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, code: string): StackRunner {
    const project = join(folder, name);
    mkdirSync(project);
    symlinkSync(join(projectRoot, "node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
    writeFileSync(join(project, "index.ts"), code);
    return inProcessRunner({ project, stack: "staging", stateDir: join(folder, "state") });
  }

  it("reports a missing stack, reads the outputs of an existing one, and keeps its secrets secret", async () => {
    const fleet = program("fleet", FLEET);
    const early = await fleet.up();
    assert.ok(!early.ok);
    assert.match(early.output, /the stack 'organization\/bakery\/staging' does not exist/);

    const baked = await program("bakery", BAKERY).up();
    assert.ok(baked.ok, baked.output);
    const up = await fleet.up();
    assert.ok(up.ok, up.output);
    assert.deepEqual(await fleet.outputs(), { imageId: "ami-12345678", password: "whisper" });
    assert.ok(!readFileSync(join(folder, "state", "fleet.staging.json"), "utf8").includes("whisper"));
    const destroyed = await fleet.destroy();
    assert.ok(destroyed.ok, destroyed.output);
  });
});
