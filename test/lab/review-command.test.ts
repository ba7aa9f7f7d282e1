import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Log } from "sarif";
import type { Review } from "../../policy/review/finding";
import { isFresh } from "../helpers/fresh-build";
import { hasCli, makeReviewedProject, previewer, runToEnd } from "../helpers/reviewed-project";

const SOURCES = ["aws", "chef", "cli", "packer", "policy", "reaper", "rollout"];
const TSX = pathToFileURL(require.resolve("tsx")).href;
/** The build if it is up to date: the SDK type-checks a pack in TypeScript, which takes ten seconds of a core. */
const MAIN = isFresh("cli/main.js", SOURCES) ? ["dist/cli/main.js"] : ["--import", TSX, "cli/main.ts"];

const review = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runToEnd(process.execPath, [...MAIN, "review", ...args], { env });

describe("policy: chef-autoscaling review", function () {
  this.timeout(240_000);

  it("exits with 2 and the next step if the Pulumi CLI is not on PATH", async () => {
    const { code, stderr } = await review(["--stack", "review"], { PATH: "/nonexistent" });
    assert.equal(code, 2);
    assert.match(stderr, /'pulumi' is not on PATH/);
  });

  for (const [what, said, words] of [
    [
      "a misspelt rule",
      { "instance-type-matches-bak": "advisory" },
      /no rule 'instance-type-matches-bak'; did you mean 'instance-type-matches-bake'\?/,
    ],
    [
      "a misspelt setting",
      { "instance-type-matches-bake": { comparision: "family" } },
      /no setting 'comparision'; did you mean 'comparison'\?/,
    ],
    ["a misspelt level", { "no-open-ssh": "advisery" }, /the level 'advisery', .*did you mean 'advisory'\?/],
    [
      "a setting of another type",
      { "metadata-hop-limit": { maximum: "2" } },
      /'maximum' of 'metadata-hop-limit' must be of type integer/,
    ],
  ] as const) {
    for (const option of ["--policy-config", "--policy-pack-config"]) {
      it(`exits with 2 at ${what} in the file of ${option}`, async () => {
        const folder = mkdtempSync(join(tmpdir(), "levels-"));
        const file = join(folder, "policy.json");
        writeFileSync(file, JSON.stringify(said));
        const { code, stderr } = await review(["--stack", "review", option, file]);
        rmSync(folder, { recursive: true });
        assert.equal(code, 2);
        assert.match(stderr, words);
      });
    }
  }

  it("exits with 2 if --timeout is not a number of seconds", async () => {
    const { code, stderr } = await review(["--stack", "review", "--timeout", "soon"]);
    assert.equal(code, 2);
    assert.match(stderr, /'--timeout' is 'soon', expected a number of seconds/);
  });

  for (const [what, script] of [
    ["waits for ever", "sleep 600"],
    ["cannot be cancelled", "trap '' INT\nsleep 600 & wait; sleep 600"],
    ["leaves a plugin behind that holds its output", "sleep 600 &\nsleep 600"],
  ] as const) {
    it(`exits with 3 in time, and reports why, if the preview ${what}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hanging-"));
      writeFileSync(join(folder, "pulumi"), `#!/bin/bash\necho waiting for the backend\n${script}\n`, { mode: 0o755 });
      const PATH = [folder, process.env.PATH].join(delimiter);
      const start = performance.now();
      const { code, stdout, stderr } = await review(["--stack", "review", "--timeout", "1"], { PATH });
      assert.equal(code, 3, stderr);
      assert.ok(performance.now() - start < 30_000);
      assert.match(stdout, /pulumi preview had not ended after 1 s and was stopped; .*--timeout/);
      assert.match(stderr, /waiting for the backend/);
      rmSync(folder, { recursive: true });
    });
  }

  it("exits with 2 if the stack is not named", async () => {
    const { code, stderr } = await review([]);
    assert.equal(code, 2);
    assert.match(stderr, /'--stack' is missing: name the stack to preview\n$/);
  });
});

describe(`policy: chef-autoscaling review at a first preview, without credentials, with ${previewer}`, function () {
  this.timeout(240_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "review-"));
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    env = await makeReviewedProject(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const at = (...more: string[]) => review(["--stack", "review", "--project", folder, ...more], env);

  it("exits with 0 if there are no mandatory findings", async () => {
    const { code, stdout, stderr } = await at();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /no mandatory findings/);
  });

  it("exits with 1 at a mismatch, reports it in every format, and does not change the stack's file", async () => {
    const file = (name: string) => join(folder, name);
    const files = ["--sarif", file("review.sarif"), "--json", file("review.json"), "--text", file("review.txt")];
    const { code, stdout, stderr } = await at("--format", "markdown", ...files, "-c", "reviewed:runs=t3.small");
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^\| critical \| \[instance-type-matches-bake\]\(.*\) \| 'web' runs 't3\.small' on an image/m);
    const read = (name: string) => readFileSync(file(name), "utf8");
    assert.equal((JSON.parse(read("review.sarif")) as Log).runs[0]?.results?.length, 1);
    const [finding] = (JSON.parse(read("review.json")) as Review).findings;
    assert.equal(finding?.level, "mandatory");
    assert.match(read("review.txt"), /failed: 1 mandatory finding\n$/);
    assert.ok(read("Pulumi.review.yaml").includes("runs: m7i.large"), "the review wrote");
  });

  it("uses the levels of a file", async function () {
    if (!hasCli) this.skip();
    const levels = join(folder, "policy.review.json");
    writeFileSync(
      levels,
      JSON.stringify({ "instance-type-matches-bake": "advisory", "metadata-hop-limit": "remediate" }),
    );
    const { code, stdout, stderr } = await at(
      "--policy-config",
      levels,
      "-c",
      "reviewed:runs=t3.small",
      "-c",
      "reviewed:hops=3",
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^advisory\s+instance-type-matches-bake/m);
    assert.match(stdout, /^mended\s+metadata-hop-limit.*\n.*sets its metadataOptions/m);
  });

  it("reports what it could not determine about an image, and why: no credentials, no network, no response", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as AddressInfo;
    const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "eu-west-3" };
    const none = { AWS_ACCESS_KEY_ID: "", AWS_PROFILE: "" };
    try {
      for (const [given, why] of [
        [none, /there are no AWS credentials to read its tags; .*ec2:DescribeImages/],
        [{ ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:9" }, /EC2 did not tell in 'eu-west-3' \(.*ECONNREFUSED.*\); /],
        [{ ...keys, AWS_ENDPOINT_URL: "http://ec2.invalid" }, /EC2 did not (tell|answer)/],
        [{ ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }, /EC2 did not (answer in 5 s|tell) in 'eu-west-3'/],
      ] as const) {
        const start = performance.now();
        const more = ["--project", folder, "-c", "reviewed:image=ami-0123456789abcdef0"];
        const { code, stdout, stderr } = await review(["--stack", "review", ...more], { ...env, ...given });
        assert.equal(code, 0, stderr);
        assert.match(stdout, why);
        assert.ok(performance.now() - start < 60_000);
      }
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it("exits with 3 and reports why if the program fails", async () => {
    appendFileSync(join(folder, "index.ts"), '\nthrow new Error("the fleet has no name");\n');
    const { code, stdout } = await at();
    assert.equal(code, 3);
    assert.match(stdout, /the fleet has no name/);
    assert.match(stdout, /the preview failed\n$/);
  });
});
