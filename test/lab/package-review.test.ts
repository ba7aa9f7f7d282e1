import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { projectRoot } from "../../lab/services/places";
import type { Review } from "../../policy/review/finding";
import { makeReviewedProject, previewer, runToEnd } from "../helpers/reviewed-project";
import { installPacked } from "./packed-package";

describe(`the packed package's review of another program with ${previewer}`, function () {
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

  it("passes a sound program, and reports a mismatch in every format", async () => {
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

  it("runs a team's pack in addition to the package's, and the example's instead of it", async () => {
    makeTeamPack(join(modules, "acme-policy"));
    cpSync(join(modules, "pulumi-chef-autoscaling/examples/own-policy-pack"), join(folder, "own"), { recursive: true });
    writeFileSync(join(folder, "own/package.json"), JSON.stringify({ name: "acme-own", version: "1.0.0" }));
    const files = ["--json", "review.json", "--sarif", "review.sarif", "--markdown", "review.md"];
    const beside = await review("-c", "reviewed:runs=t3.small", "--pack", "acme-policy", ...files);
    assert.equal(beside.code, 1, beside.stderr);
    assert.match(beside.stdout, /^mandatory {2}templates-are-blue \(\w+, of acme\)\n.*\n.*'web' is not blue$/m);
    assert.match(
      beside.stdout,
      /^mandatory {2}instance-type-matches-bake \(critical\)\n[\s\S]*failed: 2 mandatory findings/m,
    );
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const { results = [] } = (JSON.parse(read("review.sarif")) as Log).runs[0] ?? {};
    const stops = results.filter(({ level }) => level === "error").map(({ ruleId }) => ruleId);
    assert.deepEqual(stops.sort(), ["acme/templates-are-blue", "instance-type-matches-bake"]);
    assert.match(read("review.md"), /^\| \w+ \| templates-are-blue \(acme\) \|/m);

    const inPlace = await review("-c", "reviewed:runs=t3.small", "--pack", "./own", "--only-packs", ...files);
    assert.equal(inPlace.code, 1, inPlace.stderr);
    const found = (JSON.parse(read("review.json")) as Review).findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(
      found.map(({ rule, pack, severity }) => [rule, pack, severity]),
      [["instance-type-matches-bake", "acme", "critical"]],
    );
    assert.doesNotMatch(inPlace.stderr, /reported twice/);

    const missing = await review("--pack", "acme-polcy");
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /'--pack acme-polcy' is neither a folder nor a package/);
  });

  it("reports what to install if the policy SDK is missing, which no other command needs", async () => {
    withoutPolicySdk(modules);
    const { code, stderr } = await review();
    assert.equal(code, 2);
    assert.match(stderr, /'@pulumi\/policy' is not installed, .*: npm install @pulumi\/policy\n$/);
    const command = join(modules, "pulumi-chef-autoscaling/dist/cli/main.js");
    assert.equal((await runToEnd(command, ["--help"], { cwd: folder, env })).code, 0);
  });
});

/** A pack as a team would publish it, independent of this package. */
function makeTeamPack(folder: string): void {
  mkdirSync(folder);
  const files = {
    "package.json": JSON.stringify({ name: "acme-policy", version: "3.2.1" }),
    "PulumiPolicy.yaml": "runtime: nodejs\nmain: index.js\n",
    "index.js": `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("acme", { policies: [{
  name: "templates-are-blue", description: "Templates are blue", enforcementLevel: "mandatory", severity: "high",
  validateResource: ({ type, name, props }, report) => {
    if (type === "aws:ec2/launchTemplate:LaunchTemplate" && props.tags?.colour !== "blue") report(\`'\${name}' is not blue\`);
  },
}] });
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Recreates the scope's folder with all packages except one. */
function withoutPolicySdk(modules: string): void {
  const scope = join(modules, "@pulumi");
  rmSync(scope);
  mkdirSync(scope);
  for (const name of readdirSync(join(projectRoot, "node_modules/@pulumi")).filter((one) => one !== "policy")) {
    symlinkSync(join(projectRoot, "node_modules/@pulumi", name), join(scope, name));
  }
}
