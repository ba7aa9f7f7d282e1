import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { projectRoot } from "../../lab/services/places";
import type { Review } from "../../policy/review/finding";
import { makeReviewedProject, previewer, runToEnd } from "../helpers/reviewed-project";
import { installPacked } from "./packed-package";

describe(`the packed package's review of another program, under ${previewer}`, function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "reviewed-"));
  const modules = join(folder, "node_modules");
  let env: NodeJS.ProcessEnv;

  before(async () => {
    installPacked(folder);
    env = await makeReviewedProject(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const review = (...args: string[]) => {
    const command = join(modules, "pulumi-chef-autoscaling/dist/cli/main.js");
    return runToEnd(command, ["review", "--stack", "review", ...args], { cwd: folder, env });
  };

  it("passes what it should, and stops a mismatch in every format", async () => {
    const passed = await review();
    assert.equal(passed.code, 0, passed.stderr);
    assert.match(passed.stdout, /no mandatory findings\n$/);

    const files = ["--sarif", "review.sarif", "--json", "review.json", "--markdown", "review.md"];
    const { code, stdout, stderr } = await review("-c", "reviewed:runs=t3.small", ...files);
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^mandatory {2}instance-type-matches-bake \(critical\)\n.*\nstack 'review'.*failed: 1/m);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    assert.equal((JSON.parse(read("review.sarif")) as Log).runs[0]?.results?.[0]?.ruleId, "instance-type-matches-bake");
    assert.equal((JSON.parse(read("review.json")) as Review).findings[0]?.level, "mandatory");
    assert.match(read("review.md"), /^### Failed: 1 mandatory finding$/m);
  });

  it("says what to install where the policy SDK is not there, and all else of the program needs none", async () => {
    withoutPolicySdk(modules);
    const { code, stderr } = await review();
    assert.equal(code, 2);
    assert.match(stderr, /'@pulumi\/policy' is not installed, .*: npm install @pulumi\/policy\n$/);
    const command = join(modules, "pulumi-chef-autoscaling/dist/cli/main.js");
    assert.equal((await runToEnd(command, ["--help"], { cwd: folder, env })).code, 0);
  });
});

/** The scope's folder anew, with each of its packages but one. */
function withoutPolicySdk(modules: string): void {
  const scope = join(modules, "@pulumi");
  rmSync(scope);
  mkdirSync(scope);
  for (const name of readdirSync(join(projectRoot, "node_modules/@pulumi")).filter((one) => one !== "policy")) {
    symlinkSync(join(projectRoot, "node_modules/@pulumi", name), join(scope, name));
  }
}
