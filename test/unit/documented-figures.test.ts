import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TIMEOUT_SECONDS } from "../../components/group/rollout";
import { REAPER_MAXIMUM_CONCURRENCY, REAPER_TIMEOUT_SECONDS } from "../../components/reaper/reaper-function";
import { sourcesIn } from "../../docs/imports";
import { projectRoot } from "../../lab/services/places";
import { WAIT_FOR_OTHERS_MS } from "../../packer/run/agree-on-one";
import { bakeLimitMinutes, sweepAgeMinutes } from "../../packer/spec/limits";
import { LIVES_SECONDS } from "../../reaper/instances/evidence";
import { MOST_PROVEN, RECONCILE_DEFAULTS } from "../../reaper/reconcile/options";
import { CONVERGES_WITHIN_SECONDS } from "../../reaper/removal/other-names";
import { readSettings } from "../../reaper/settings/settings";

const text = (path: string) => readFileSync(join(projectRoot, path), "utf8").replace(/\s+/g, " ");
const numberOf = (found: string | undefined) => Number(found?.replaceAll(",", "").replaceAll("_", ""));

/** The only number that a pattern captures in a file. */
function figure(path: string, pattern: RegExp): number {
  const [, found] = pattern.exec(text(path)) ?? [];
  assert.ok(found, `${pattern} is not in ${path}`);
  return numberOf(found);
}

/** Figures that describe a test, and that test. */
const OF_TESTS = [
  ["docs/faults.md", /([\d,]+) generated bodies/, "bodies", /([\d,]+) malformed bodies, through the worker/],
  ["docs/faults.md", /\(([\d,]+) of them: both\)/, "bodies", /([\d,]+) malformed bodies, through the function/],
  ["docs/faults.md", /requests of a ([\d,]+)-message drain/, "worker", /KILLED_MESSAGES = ([\d_]+)/],
  ["docs/scale.md", /runs it over ([\d,]+) nodes/, "../reconcile-scale", /a reconcile of ([\d,]+) nodes/],
  ["docs/scale.md", /sends ([\d,]+) terminations from five/, "../../unit/gate", /gets ([\d,]+) terminations through/],
  ["docs/scale.md", /handles ([\d,]+) requests a second/, "../../unit/gate", /frailServer\(\{ perSecond: (\d+)/],
  ["docs/scale.md", /fails at more than (\d+) concurrent/, "../../unit/gate", /atATime: (\d+)/],
  ["docs/reaper.md", /prints this, and fails above (\d+) MB/, "../reconcile-scale", /few\.heapMb < (\d+)/],
] as const;

const { share, count } = RECONCILE_DEFAULTS.cap;
/** Limits and defaults, as the program has them. */
const OF_PROGRAM = [
  ["docs/bake.md", /more than (\d+) minutes \(`BAKE_LIMIT_MINUTES`\)/, bakeLimitMinutes({})],
  ["docs/bake.md", /`--older-than` minutes is kept \(default (\d+)\)/, sweepAgeMinutes({})],
  ["docs/bake.md", /the bake waits for it, (\d+) minutes at most/, WAIT_FOR_OTHERS_MS / 60_000],
  ["docs/rollouts.md", /no progress for `timeoutSeconds` \((\d+)\)/, TIMEOUT_SECONDS],
  ["docs/reaper.md", /it ends after `timeoutSeconds` \((\d+)\)/, REAPER_TIMEOUT_SECONDS],
  ["docs/reaper.md", /`maximumConcurrency` \((\d+)\)/, REAPER_MAXIMUM_CONCURRENCY],
  ["docs/reaper.md", /`maxDeletions` \((\d+)\)/, count],
  ["docs/reaper.md", /`maxDeletionShare` \(([\d.]+)\)/, share],
  ["docs/reaper.md", /`graceSeconds` \((\d+)\)/, RECONCILE_DEFAULTS.graceSeconds],
  ["docs/reaper.md", /at most (\d+) of them, chosen at random/, MOST_PROVEN],
  ["docs/cli.md", /one run checks (\d+), or one more than/, MOST_PROVEN],
] as const;

describe("the figures of the manual", () => {
  it("describe the tests that they refer to", () => {
    for (const [page, stated, name, pattern] of OF_TESTS) {
      assert.equal(figure(page, stated), figure(join("test/lab/faults", `${name}.test.ts`), pattern), `${stated}`);
    }
  });

  it("are the program's limits and defaults", () => {
    for (const [page, stated, value] of OF_PROGRAM) assert.equal(figure(page, stated), value, `${page}: ${stated}`);
    // In words on the pages
    assert.match(text("docs/reaper.md"), /converged \(`ohai_time`\) within the last hour/);
    assert.match(text("docs/reaper.md"), /converged \(`ohai_time`\) within the last two hours/);
    assert.deepEqual([LIVES_SECONDS, CONVERGES_WITHIN_SECONDS], [3600, 7200]);
  });

  it("are the defaults of a worker's environment", () => {
    const { chef, absenceGraceSeconds, concurrency, reconcile, worker } = readSettings(
      {
        REAPER_CHEF_SERVER_URL: "https://chef.example.com",
        REAPER_CHEF_CLIENT_NAME: "operator",
        REAPER_CHEF_KEY: '{"ssmParameter": "/chef/operator.pem"}',
        REAPER_GROUPS: '["web"]',
        REAPER_QUEUE_URL: "https://sqs.eu-west-3.amazonaws.com/123456789012/web",
        REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-3.amazonaws.com/123456789012/web-dead-letters",
      },
      true,
    );
    const defaults = {
      REAPER_CHEF_TIMEOUT_SECONDS: chef.timeoutMs / 1000,
      REAPER_CHEF_CONNECTIONS: chef.maxSockets,
      REAPER_CONCURRENCY: concurrency,
      REAPER_ABSENCE_GRACE_SECONDS: absenceGraceSeconds,
      REAPER_PORT: worker.port,
      REAPER_DRAIN_SECONDS: worker.drainMs / 1000,
      REAPER_RECONCILE_MINUTES: worker.reconcileMinutes,
      REAPER_RECONCILE_GRACE_SECONDS: reconcile.graceSeconds,
      "REAPER_RECONCILE_MAX_DELETIONS`, `REAPER_RECONCILE_MAX_DELETION_SHARE": reconcile.cap.count,
    };
    for (const [name, value] of Object.entries(defaults)) {
      assert.equal(figure("docs/worker.md", new RegExp(`\\| \`${name}\` \\| [^|]* \\| (\\d+)\\b`)), value, name);
    }
  });

  it("count the SDK clients that only the command needs", () => {
    const clientsOf = (room: string) =>
      sourcesIn(room).flatMap((file) =>
        [...readFileSync(join(projectRoot, file), "utf8").matchAll(/from "(@aws-sdk\/client-[\w-]+)"/g)].map(String),
      );
    const others = new Set(["aws", "chef", "components", "packer", "policy", "reaper", "rollout"].flatMap(clientsOf));
    const only = new Set(clientsOf("cli").filter((client) => !others.has(client)));
    assert.ok(text("docs/benchmarks.md").includes("commander and six SDK clients (`chef-autoscaling`)"));
    assert.equal(only.size, 6, [...only].join(", "));
  });
});
