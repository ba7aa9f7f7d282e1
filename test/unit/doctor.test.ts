import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Activity, ScalingActivityStatusCode } from "@aws-sdk/client-auto-scaling";
import { doctorExitCode, failed, ok, skipped, warning } from "../../cli/doctor/check";
import { checkSearch, judgeClock } from "../../cli/doctor/chef-server";
import { isQueue } from "../../cli/doctor/delivery";
import { judgeLaunches } from "../../cli/doctor/launches";
import { grantCommands } from "../../cli/doctor/permissions";
import { judgeBacklog, judgePolicy, judgeRedrive, judgeVisibility } from "../../cli/doctor/queues";
import { judgeSettings, judgeState } from "../../cli/doctor/reaper-function";
import { judgeSchedule, NOT_RECONCILED } from "../../cli/doctor/reconcile-schedule";
import { judgeWorker } from "../../cli/doctor/worker";
import { reapExitCode } from "../../cli/reap/exit-code";
import type { ReapedInstance } from "../../cli/reap/reap-instance";
import { reconcileExitCode } from "../../cli/reconcile/exit-code";
import type { ReconcileReport } from "../../reaper/reconcile";

const DAY = 86_400;

describe("what the doctor makes of", () => {
  it("a clock", () => {
    assert.equal(judgeClock(0).status, "ok");
    assert.equal(judgeClock(-2).status, "ok");
    assert.deepEqual(
      [judgeClock(61), judgeClock(-1200)].map(({ status, message }) => [status, message]),
      [
        ["warning", "this clock is 61 seconds ahead of the server's"],
        ["failed", "this clock is 1,200 seconds behind the server's; from 900 on it refuses"],
      ],
    );
    assert.equal(judgeClock(Number.NaN).status, "warning");
  });

  it("a search for an id that nobody has", async () => {
    const answering = (rows: { name: string }[]) => ({
      search: async (_: string, query: string, { start = 0 } = {}) => {
        assert.equal(query, "ec2_instance_id:i-00000000000000000");
        return { total: rows.length, start, rows: start === 0 ? rows : [] };
      },
    });
    assert.equal((await checkSearch(answering([]))).status, "ok");
    const strange = await checkSearch(answering([{ name: "host-1" }]));
    assert.deepEqual([strange.status, strange.fix?.length], ["failed", 1]);
    assert.match(strange.message, /finds host-1 for/);
  });

  it("a group's launches", () => {
    const now = Date.parse("2026-11-27T12:00:00Z");
    const launch = (StatusCode: ScalingActivityStatusCode, StatusMessage?: string): Activity => ({
      ActivityId: "1",
      AutoScalingGroupName: "web",
      Cause: "",
      StartTime: new Date(now - 600_000),
      EndTime: new Date(now - 300_000),
      Description: "Launching a new EC2 instance: i-0abc",
      StatusCode,
      StatusMessage,
    });
    const good = launch("Successful");
    const abandoned = launch("Cancelled", "Instance failed to complete user's Lifecycle Action: … ABANDON Result");
    const noCapacity = launch("Failed", "We currently do not have sufficient t3.small capacity");
    const judge = (...activities: Activity[]) => judgeLaunches("web", activities, now);
    assert.equal(judge().status, "ok");
    assert.equal(judge(good, abandoned, abandoned, abandoned).status, "ok");
    assert.equal(judge(launch("InProgress"), good).status, "ok");
    assert.equal(judge(abandoned, good).status, "warning");
    const loop = judge(abandoned, noCapacity, abandoned, good, abandoned);
    assert.equal(loop.status, "failed");
    assert.match(
      loop.message,
      /^3 launches failed since the last that succeeded, the newest 5 minutes ago: Instance failed/,
    );
    assert.match(loop.fix?.[0] ?? "", /get-console-output .*i-0abc/);
    assert.equal(judge(noCapacity).fix?.length, 0);
  });

  it("a queue's policy", () => {
    const policy = (Principal: unknown, Effect = "Allow") => ({
      Policy: JSON.stringify({ Statement: [{ Effect, Principal }] }),
    });
    assert.equal(judgePolicy(policy({ Service: "sns.amazonaws.com" })).status, "ok");
    assert.equal(judgePolicy(policy({ Service: ["sns.amazonaws.com"] })).status, "ok");
    for (const bad of [{}, policy({ Service: "s3.amazonaws.com" }), policy("*", "Deny"), { Policy: "{" }]) {
      assert.equal(judgePolicy(bad).status, "failed", JSON.stringify(bad));
    }
  });

  it("a queue's visibility", () => {
    assert.equal(judgeVisibility({ VisibilityTimeout: "180" }, 30).status, "ok");
    assert.equal(judgeVisibility({ VisibilityTimeout: "60" }, 30).status, "warning");
    assert.equal(judgeVisibility({ VisibilityTimeout: "60" }, undefined).status, "skipped");
  });

  it("a queue's redrive policy", () => {
    const queue = (deadLetterTargetArn: string) => ({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 100 }),
      MessageRetentionPeriod: `${4 * DAY}`,
    });
    const dead = (days: number) => ({ QueueArn: "arn:dead", MessageRetentionPeriod: `${days * DAY}` });
    assert.equal(judgeRedrive(queue("arn:dead"), dead(14)).status, "ok");
    assert.equal(judgeRedrive(queue("arn:dead"), dead(1)).status, "warning");
    assert.match(
      judgeRedrive(queue("arn:other"), dead(14)).message,
      /sets aside in 'arn:other', while .* in 'arn:dead'/,
    );
    assert.equal(judgeRedrive({}, dead(14)).status, "failed");
  });

  it("a function", () => {
    assert.equal(judgeState({ State: "Active", Runtime: "nodejs22.x" }).status, "ok");
    assert.match(judgeState({ State: "Failed", StateReason: "no subnet" }).message, /Failed: no subnet/);
    assert.equal(judgeState({ State: "Active", LastUpdateStatus: "Failed" }).status, "failed");
    const noInterface = { State: "Failed", StateReason: "…", StateReasonCode: "SubnetOutOfIPAddresses" } as const;
    assert.match(judgeState(noInterface).fix?.join() ?? "", /free addresses in its subnets.*'reaper\.vpc'/);
    const gone = { State: "Active", LastUpdateStatus: "Failed", LastUpdateStatusReasonCode: "InvalidSubnet" } as const;
    assert.match(judgeState(gone).fix?.join() ?? "", /name subnets that are there in 'reaper\.vpc'/);
  });

  it("a function's schedule", () => {
    const rule = { Name: "web-reconcile", ScheduleExpression: "rate(1 hour)", State: "ENABLED" as const };
    assert.match(judgeSchedule([rule]).message, /rate\(1 hour\)/);
    assert.deepEqual([judgeSchedule([]).status, NOT_RECONCILED.status], ["failed", "skipped"]);
    const disabled = judgeSchedule([{ ...rule, State: "DISABLED" }]);
    assert.deepEqual([disabled.status, disabled.fix], ["failed", ["aws events enable-rule --name web-reconcile"]]);
  });

  it("a queue that nobody reads", () => {
    const queue = (waiting: number, inHand: number) =>
      judgeBacklog({
        ApproximateNumberOfMessages: String(waiting),
        ApproximateNumberOfMessagesNotVisible: String(inHand),
      }).status;
    assert.deepEqual([queue(0, 0), queue(5, 2), queue(5, 0)], ["ok", "ok", "warning"]);
  });

  it("a queue's ARN beside its URL", () => {
    const url = "https://sqs.eu-west-3.amazonaws.com/123456789012/web";
    assert.ok(isQueue("arn:aws:sqs:eu-west-3:123456789012:web", url));
    for (const other of [
      "arn:aws:sqs:eu-west-3:123456789012:web2",
      "arn:aws:sns:eu-west-3:123456789012:web",
      "a@b.c",
    ]) {
      assert.ok(!isQueue(other, url), other);
    }
  });

  it("a worker's health", () => {
    const health = { live: true, ready: true, draining: false, silentSeconds: 3 };
    assert.equal(judgeWorker(health).status, "ok");
    assert.match(judgeWorker({ ...health, ready: false }).message, /not heard from the queue yet/);
    assert.match(judgeWorker({ ...health, ready: false, live: false }).message, /stand still since 3 s/);
    assert.match(judgeWorker({ ...health, ready: false, draining: true }).message, /being stopped/);
    assert.match(judgeWorker(undefined).message, /none of a reaper's worker/);
  });

  it("a function's settings", () => {
    const variables = {
      REAPER_CHEF_SERVER_URL: "https://chef",
      REAPER_CHEF_CLIENT_NAME: "operator",
      REAPER_CHEF_KEY: '{"file":"key.pem"}',
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: "https://dead",
    };
    assert.equal(judgeSettings(variables).status, "ok");
    assert.match(judgeSettings({ ...variables, REAPER_DRY_RUN: "true" }).message, /dry run: it deletes nothing/);
    assert.throws(() => judgeSettings({}), /REAPER_GROUPS is missing/);
  });
});

describe("the commands that let an operator delete", () => {
  it("are those of docs/chef-permissions.md", () => {
    const document = readFileSync(join(__dirname, "../../docs/chef-permissions.md"), "utf8");
    assert.ok(document.includes(grantCommands("autoscaling-operator").join("\n")));
  });
});

describe("the exit code", () => {
  it("of the doctor is that of the worst check", () => {
    const area = (...checks: ReturnType<typeof ok>[]) => [{ title: "x", checks }];
    assert.equal(doctorExitCode(area(ok("a", ""), skipped("b", ""))), 0);
    assert.equal(doctorExitCode(area(ok("a", ""), warning("b", ""))), 3);
    assert.equal(doctorExitCode(area(warning("a", ""), failed("b", ""))), 1);
  });

  it("of reap tells a failure before a refusal, and that before what is left", () => {
    const code = (...outcomes: ReapedInstance["outcome"][]) =>
      reapExitCode(outcomes.map((outcome) => ({ outcome, instanceId: "i", name: "n", reason: "" })));
    assert.deepEqual(
      [code("removed", "absent"), code("would-remove"), code("not-tried"), code("refused", "would-remove")],
      [0, 3, 3, 4],
    );
    assert.equal(code("refused", "failed"), 1);
  });

  it("of reconcile tells a stop at the cap from a run that was ended in the middle", () => {
    const report = (changes: Partial<ReconcileReport> = {}): ReconcileReport => ({
      group: "web",
      dryRun: false,
      examined: { nodes: 1, clients: 1, names: 1 },
      living: 1,
      recent: 0,
      planned: [],
      removed: [],
      kept: [],
      notLookedAt: 0,
      foreign: [],
      failed: [],
      ...changes,
    });
    const finding = { name: "web-i", why: "because" };
    assert.equal(reconcileExitCode([report()]), 0);
    assert.equal(reconcileExitCode([report({ foreign: [finding] })]), 0);
    assert.equal(reconcileExitCode([report({ kept: [finding] })]), 3);
    assert.equal(reconcileExitCode([report({ dryRun: true, planned: ["web-i"] })]), 3);
    assert.equal(reconcileExitCode([report({ planned: ["web-i"], stopped: "ended" })]), 3);
    assert.equal(reconcileExitCode([report({ failed: [finding] }), report()]), 1);
    assert.equal(reconcileExitCode([report({ failed: [finding] }), report({ stopped: "the cap" })]), 4);
  });
});
