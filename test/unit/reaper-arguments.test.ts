import assert from "node:assert/strict";
import fc from "fast-check";
import { groupShape } from "../../components/group/group-shape";
import type { GroupArgs } from "../../components/group/group-validation";
import { reaperIssues } from "../../components/group/reaper-arguments";
import { repositoryArn } from "../../components/reaper/image-pull";
import { backlogSteps, waitingFor } from "../../components/reaper/queue-scaling";
import { reconcileMinutes } from "../../components/reaper/reconcile-schedule";
import { argumentIssues } from "../../components/validation/check-arguments";
import { sentence } from "../../components/validation/issues";

type Given = Parameters<typeof reaperIssues>[0];

const SERVICE = { image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0", subnetIds: ["subnet-1"] };

describe("a reaper's arguments", () => {
  const issues = (reaper: Given) =>
    argumentIssues({ reaper } as Pick<GroupArgs, "reaper">, { reaper: groupShape.reaper }, [
      () => reaperIssues(reaper),
    ]);
  const wrong = (given: Given) => issues(given).map(({ property }) => property);
  const service = (more: object): Given => ({ mode: "service", service: { ...SERVICE, ...more } });

  it("are valid for each mode", () => {
    const sound: Given[] = [
      {},
      { mode: "lambda", timeoutSeconds: 60, maximumConcurrency: 10, environment: { A: "b" } },
      { mode: "worker", timeoutSeconds: 60, reconcile: false },
      service({}),
      service({ cpu: 1024, memoryMib: 4096, minTasks: 0, maxTasks: 20, messagesPerTask: 10, concurrency: 100 }),
      { ...service({}), reconcile: { scheduleExpression: "rate(2 hours)", maxDeletions: 10 } },
      service({ image: `ghcr.io/acme/reaper@sha256:${"a".repeat(64)}` }),
    ];
    for (const given of sound) assert.deepEqual(issues(given), [], JSON.stringify(given));
  });

  it("are refused if a mode would ignore them, with the right place", () => {
    const ignored: [Given, ...string[]][] = [
      [{ mode: "worker", reconcile: {}, dryRun: true }, "reaper.reconcile", "reaper.dryRun"],
      [{ mode: "worker", maximumConcurrency: 5 }, "reaper.maximumConcurrency"],
      [{ ...service({}), vpc: { subnetIds: ["subnet-1"] } }, "reaper.vpc"],
      [{ mode: "worker", searchOtherNames: true }, "reaper.searchOtherNames"],
      [
        { ...service({}), timeoutSeconds: 60, reservedConcurrency: 9 },
        "reaper.timeoutSeconds",
        "reaper.reservedConcurrency",
      ],
      [{ service: SERVICE }, "reaper.service"],
    ];
    for (const [given, ...properties] of ignored) assert.deepEqual(wrong(given), properties);
    const [issue] = reaperIssues({ mode: "worker", dryRun: true });
    assert.match(issue ? sentence(issue) : "", /nothing with mode 'worker'; set it in the worker's environment/);
  });

  it("need the image of a service, and only sizes that Fargate has", () => {
    assert.deepEqual(wrong({ mode: "service" }), ["reaper.service"]);
    const cases: [object, string][] = [
      [{ image: "acme/reaper" }, "image"],
      [{ image: "acme/reaper:latest" }, "image"],
      [{ image: "registry:5000/reaper" }, "image"],
      [{ clusterArn: "shared" }, "clusterArn"],
      [{ cpu: 300 }, "cpu"],
      [{ cpu: 1024, memoryMib: 1024 }, "memoryMib"],
      [{ memoryMib: 700 }, "memoryMib"],
      [{ subnetIds: [] }, "subnetIds"],
      [{ minTasks: -1 }, "minTasks"],
      [{ minTasks: 5 }, "maxTasks"],
      [{ maxTasks: 22 }, "maxTasks"],
      [{ messagesPerTask: 0 }, "messagesPerTask"],
      [{ concurrency: 1001 }, "concurrency"],
    ];
    for (const [more, property] of cases) assert.deepEqual(wrong(service(more)), [`reaper.service.${property}`]);
    const cron = { ...service({}), reconcile: { scheduleExpression: "cron(0 4 * * ? *)" } };
    assert.deepEqual(wrong(cron), ["reaper.reconcile.scheduleExpression"]);
  });

  it("are refused if the reaper would not start with them", () => {
    for (const absenceGraceSeconds of [-1, 0.5, 86_401, Number.NaN]) {
      assert.deepEqual(wrong({ absenceGraceSeconds }), ["reaper.absenceGraceSeconds"]);
      assert.deepEqual(wrong({ ...service({}), absenceGraceSeconds }), ["reaper.absenceGraceSeconds"]);
    }
    assert.deepEqual(wrong({ absenceGraceSeconds: 86_400 }), []);
    const every = (scheduleExpression: string) => ({ reconcile: { scheduleExpression } });
    assert.deepEqual(wrong({ ...service({}), ...every("rate(30 days)") }), ["reaper.reconcile.scheduleExpression"]);
    assert.deepEqual(wrong({ ...service({}), ...every("rate(7 days)") }), []);
    assert.deepEqual(wrong(every("rate(30 days)")), [], "a rule of EventBridge calls a function");
  });
});

describe("a service's scaling on its queue", () => {
  /** Number of tasks that Application Auto Scaling sets for this many messages: that of the only matching step. */
  function tasksFor(messages: number, args: { minTasks: number; maxTasks: number; messagesPerTask: number }): number {
    const above = messages - waitingFor(args);
    if (above < 0) return args.minTasks;
    const inside = backlogSteps(args).filter(({ metricIntervalLowerBound: low, metricIntervalUpperBound: high }) => {
      return Number(low) <= above && (high === undefined || above < Number(high));
    });
    assert.equal(inside.length, 1, `${inside.length} steps for ${messages} messages`);
    return Number(inside[0]?.scalingAdjustment);
  }

  it("adds a task for each 'messagesPerTask', within its limits", () => {
    const args = { minTasks: 1, maxTasks: 4, messagesPerTask: 500 };
    const tasks = [0, 499, 500, 999, 1000, 1499, 1500, 1_000_000].map((messages) => tasksFor(messages, args));
    assert.deepEqual(tasks, [1, 1, 2, 2, 3, 3, 4, 4]);
    const fromNone = { ...args, minTasks: 0 };
    assert.deepEqual(
      [0, 1, 499, 500].map((messages) => tasksFor(messages, fromNone)),
      [0, 1, 1, 2],
    );
  });

  it("has exactly one number of tasks for any number of messages, never fewer for more", () => {
    const sizes = fc.record({
      minTasks: fc.integer({ min: 0, max: 50 }),
      more: fc.integer({ min: 1, max: 20 }),
      messagesPerTask: fc.integer({ min: 1, max: 100_000 }),
    });
    const depth = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(sizes, depth, depth, ({ minTasks, more, messagesPerTask }, one, other) => {
        const args = { minTasks, maxTasks: minTasks + more, messagesPerTask };
        const [few, many] = [Math.min(one, other), Math.max(one, other)].map((messages) => tasksFor(messages, args));
        assert.ok(few !== undefined && many !== undefined && minTasks <= few && few <= many && many <= args.maxTasks);
      }),
    );
  });
});

describe("an image in ECR", () => {
  it("is recognized by its repository, in any form of reference", () => {
    const host = "123456789012.dkr.ecr.eu-west-3.amazonaws.com";
    const arn = "arn:aws:ecr:eu-west-3:123456789012:repository/team/reaper";
    for (const end of [":1.0", `@sha256:${"0".repeat(64)}`, `:1.0@sha256:${"0".repeat(64)}`, ""]) {
      assert.equal(repositoryArn(`${host}/team/reaper${end}`, "aws"), arn);
    }
    assert.equal(repositoryArn("ghcr.io/acme/reaper:1", "aws"), undefined);
  });
});

describe("a worker's reconcile", () => {
  it("runs at the rate of the schedule", () => {
    const minutes = ["rate(1 minute)", "rate(90 minutes)", "rate(2 hours)", "rate(1 day)"].map((scheduleExpression) =>
      reconcileMinutes({ scheduleExpression }),
    );
    assert.deepEqual(minutes, [1, 90, 120, 1440]);
    assert.deepEqual([reconcileMinutes(), reconcileMinutes({}), reconcileMinutes(false)], [60, 60, 0]);
  });
});
