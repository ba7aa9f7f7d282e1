import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Log } from "sarif";
import { asMarkdown, MARKER } from "../../policy/review/as-markdown";
import { asSarif } from "../../policy/review/as-sarif";
import { asText } from "../../policy/review/as-text";
import { reviewOf } from "../../policy/review/event-log";
import { exitCodeOf } from "../../policy/review/exit-code";

const URN = "urn:pulumi:staging::fleet::aws:ec2/launchTemplate:LaunchTemplate::web-template";

/** Lines as the CLI writes them. */
function log(level: string, ...more: object[]): string {
  const message =
    "<{%reset%}>The instance type that bakes an image must be the one that runs it\n'web' runs 'a|b'; mend it\n";
  const policyEvent = { resourceUrn: URN, message, policyName: "instance-type-matches-bake", enforcementLevel: level };
  const events = [{ policyEvent }, { summaryEvent: { resourceChanges: { create: 3, same: 1 } } }, ...more];
  return events.map((event) => JSON.stringify(event)).join("\n");
}

const FAILURE = { diagnosticEvent: { severity: "error", message: "<{%reset%}>no such region\n" } };

describe("policy: the review", () => {
  it("ends with 0 for advice, 1 for a stop, 3 for a failed preview", () => {
    assert.equal(exitCodeOf(reviewOf("staging", log("advisory"))), 0);
    assert.equal(exitCodeOf(reviewOf("staging", log("mandatory", FAILURE))), 1);
    assert.equal(exitCodeOf(reviewOf("staging", log("advisory", FAILURE))), 3);
  });

  it("reads the CLI's events without their colours and the rule's own description", () => {
    const { findings, changes } = reviewOf("staging", log("mandatory"));
    assert.deepEqual(changes, { create: 3 });
    assert.equal(findings[0]?.message, "'web' runs 'a|b'; mend it");
    assert.equal(findings[0]?.severity, "critical");
  });

  it("says in text what stops it", () => {
    assert.match(
      asText(reviewOf("staging", log("mandatory"))),
      /'staging': 3 to create; stopped by 1 mandatory finding\n$/,
    );
  });

  it("makes a comment that a workflow finds again, with the table whole", () => {
    const comment = asMarkdown(reviewOf("staging", log("mandatory")));
    assert.ok(comment.startsWith(MARKER));
    assert.match(
      comment,
      /\| mandatory \| instance-type-matches-bake \| `web-template` \| 'web' runs 'a\\\|b'; mend it \|/,
    );
  });

  it("makes SARIF whose results point at rules that are there", () => {
    const { version, runs } = JSON.parse(asSarif(reviewOf("staging", log("mandatory", FAILURE)))) as Log;
    const [result] = runs[0]?.results ?? [];
    assert.equal(version, "2.1.0");
    assert.equal(runs[0]?.tool.driver.rules?.[result?.ruleIndex as number]?.id, result?.ruleId);
    assert.equal(result?.level, "error");
    assert.equal(runs[0]?.invocations?.[0]?.executionSuccessful, false);
  });
});

describe("policy: npm run review", function () {
  this.timeout(180_000);
  const main = resolve("policy/review/main.ts");
  const run = async (args: string[], env: NodeJS.ProcessEnv) => {
    const child = promisify(execFile)(process.execPath, ["--import", "tsx", main, ...args], {
      env: { ...process.env, ...env },
    });
    return child.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  };

  it("ends with 2 and the way out where the Pulumi CLI is not on PATH", async () => {
    const { code, stderr } = await run(["--stack", "review"], { PATH: "/nonexistent" });
    assert.equal(code, 2);
    assert.match(stderr, /'pulumi' is not on PATH/);
  });

  it("ends with 2 and the usage where the stack is not named", async () => {
    const { code, stderr } = await run([], {});
    assert.equal(code, 2);
    assert.match(stderr, /'--stack' is missing\nusage/);
  });

  it("stops a mismatch under the Pulumi CLI at the first preview, without credentials, and passes without it", async function () {
    const hasCli = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pulumi")));
    if (!hasCli) this.skip();
    const folder = mkdtempSync(join(tmpdir(), "review-"));
    cpSync("test/policy/project", folder, { recursive: true });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const env = {
      PATH: [resolve("lab/providers/bin"), process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: pathToFileURL(folder).href,
      PULUMI_CONFIG_PASSPHRASE: "review",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    };
    try {
      const options = { cwd: folder, env: { ...process.env, ...env } };
      await promisify(execFile)("pulumi", ["stack", "init", "review", "--non-interactive"], options);
      const sarif = join(folder, "review.sarif");
      const args = ["--stack", "review", "--project", folder];
      const refused = await run(
        [...args, "--format", "markdown", "--sarif", sarif, "-c", "reviewed:runs=t3.small"],
        env,
      );
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stdout, /\| mandatory \| instance-type-matches-bake \| `web` \|/);
      assert.equal((JSON.parse(readFileSync(sarif, "utf8")) as Log).runs[0]?.results?.length, 1);
      assert.ok(
        readFileSync(join(folder, "Pulumi.review.yaml"), "utf8").includes("runs: m7i.large"),
        "the review wrote",
      );
      const passed = await run(args, env);
      assert.equal(passed.code, 0, passed.stderr);
      assert.match(passed.stdout, /nothing stops it/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
