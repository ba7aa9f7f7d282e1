import assert from "node:assert/strict";
import type { MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import { lastLines } from "../../rollout/console-output";
import { difference } from "../../rollout/difference";
import { failureText } from "../../rollout/failure-report";
import { counting, failedLaunches } from "../../rollout/failures";
import { policyIsSaved, policyOf } from "../../rollout/mixed-policy";
import { duration, progressLine, waitsAt } from "../../rollout/progress";
import type { MixedInstancesSettings, RolloutState } from "../../rollout/rollout-state";

const activity = (description: string, message: string, status = "Cancelled", startedAt = 100) => ({
  id: `${description}${message}`,
  startedAt,
  status,
  description,
  message,
});

describe("the messages of a rollout", () => {
  it("include launches that failed since it started, and do not count EC2's capacity shortages against the image", () => {
    const abandoned = activity("Launching a new EC2 instance: i-0abc.  Status Reason: x", "abandoned");
    const scarce = activity(
      "Launching a new EC2 instance.",
      "We currently do not have sufficient t3 capacity",
      "Failed",
    );
    const gone = activity("Launching a new EC2 instance.", "The image id '[ami-1]' does not exist", "Failed");
    const others = [
      activity("Launching a new EC2 instance: i-0old", "abandoned", "Cancelled", 10),
      activity("Terminating EC2 instance: i-0end", "", "Failed"),
      activity("Launching a new EC2 instance: i-0fine", "", "Successful"),
    ];
    const found = failedLaunches([abandoned, scarce, gone, ...others], 50);
    assert.deepEqual(
      found.map(({ kind, instanceId }) => [kind, instanceId]),
      [
        ["instance", "i-0abc"],
        ["capacity", undefined],
        ["refused", undefined],
      ],
    );
    assert.equal(counting(found).length, 2);
  });

  it("do not count launches with an instance profile that IAM has just created, unless it stays unknown", () => {
    const unknown = (startedAt: number) =>
      activity(
        "Launching a new EC2 instance.",
        "Value (web-profile) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name. Launching EC2 instance failed.",
        "Failed",
        startedAt,
      );
    const kinds = (...startedAt: number[]) => failedLaunches(startedAt.map(unknown), 1000).map(({ kind }) => kind);
    assert.deepEqual(kinds(1000, 90_000, 300_000), ["early", "early", "refused"]);
    assert.equal(counting(failedLaunches([unknown(1000)], 1000)).length, 0);
  });

  it("show a console without terminal escapes, and no more than a person reads", () => {
    const text = "\u001b[31mred\u001b[0m\r\nbell\u0007\rprogress\n\n\u202eright\n";
    assert.deepEqual(lastLines(text), ["red", "bell\\x07", "progress", "\\u202eright"]);
    assert.equal(lastLines("x\n".repeat(1000)).length, 15);
    assert.ok(String(lastLines("x".repeat(9999))[0]).length < 300);
  });

  it("contain the cause, the instances' console output, what is in service, and what to do", () => {
    const member = (version: string) => ({
      id: "i-1",
      lifecycleState: "InService",
      healthy: true,
      launchedFrom: { templateId: "lt-1", version },
      isProtected: false,
      weight: 1,
    });
    const text = failureText({
      groupName: "web",
      wanted: { templateId: "lt-1", version: "5" },
      cause: "the instance refresh ended RollbackSuccessful: alarm",
      failures: [
        {
          activityId: "a",
          kind: "instance",
          instanceId: "i-0bad",
          message: "Client.InternalError",
          console: ["no cookbook"],
        },
      ],
      members: [member("4"), member("4")],
      saved: { templateId: "lt-1", version: "4" },
      keyHint: "the key",
      next: "mend it",
    });
    assert.deepEqual(text.split("\n"), [
      'version 5 of lt-1 is not in service in group "web": the instance refresh ended RollbackSuccessful: alarm',
      "Instance i-0bad: Client.InternalError",
      "  last lines of its console:",
      "  | no cookbook",
      "the key",
      "In service now: 2 from version 4 of lt-1; the group launches version 4 of lt-1",
      "Next: mend it",
    ]);
  });

  it("show the progress, the checkpoint it waits at, and the state of the alarms", () => {
    const refresh = {
      id: "r",
      status: "InProgress",
      reason: "",
      percentage: 10,
      left: 9,
      warmPool: { percentage: 0, left: 0 },
      startedAt: 0,
      checkpoints: [10, 100],
      checkpointDelaySeconds: 3600,
      alarmNames: [],
    };
    const base = { refresh, updated: 1, inService: 10, desired: 10, launching: [], suspended: [], alarms: {} };
    assert.equal(
      progressLine({ ...base, checkpoint: { percentage: 10, remainingSeconds: 3600 }, alarms: { errors: "OK" } }),
      "10 %; 1 of 10 in service are new; 9 left; checkpoint 10 % reached, continues in 1 h; alarms errors OK",
    );
    const back = progressLine({ ...base, refresh: { ...refresh, status: "RollbackInProgress" } });
    assert.match(progressLine({ ...base, suspended: ["Launch"] }), /9 left; suspended: Launch$/);
    assert.match(back, /rolling back, 10 % still new; 1 of 10 in service run the previous version/);
    assert.deepEqual([duration(45), duration(720), duration(3900)], ["45 s", "12 min", "1 h 5 min"]);
    const at = (checkpoints: number[], percentage: number) => waitsAt({ checkpoints, percentage });
    assert.deepEqual([at([10, 40, 100], 50), at([10, 100], 5), at([], 50)], [40, undefined, undefined]);
  });

  it("recognize a saved policy, whatever AWS has filled in", () => {
    const mixed = {
      InstancesDistribution: { OnDemandBaseCapacity: 1 },
      Overrides: [{ InstanceType: "t3.small", WeightedCapacity: "1" }],
    };
    const saved = policyOf(mixed, { templateId: "lt-1", version: "1" });
    const filled = { ...saved, InstancesDistribution: { ...saved.InstancesDistribution, SpotMaxPrice: "" } };
    assert.ok(policyIsSaved(filled, mixed));
    assert.ok(!policyIsSaved(filled, { ...mixed, Overrides: [] }));
    assert.ok(
      !policyIsSaved(undefined, mixed) && !policyIsSaved(saved, undefined) && policyIsSaved(undefined, undefined),
    );
  });

  it("notice what a program no longer declares", () => {
    const requirements = { VCpuCount: { Min: 2, Max: 4 }, MemoryMiB: { Min: 4096 } };
    const mixed = {
      InstancesDistribution: { OnDemandBaseCapacity: 1 },
      Overrides: [{ InstanceType: "t3.small" }, { InstanceRequirements: requirements }],
    };
    const [first, second] = mixed.Overrides as [object, object];
    const saved = (changes: object) => policyIsSaved(changes as MixedInstancesPolicy, mixed);
    const { InstancesDistribution, LaunchTemplate } = policyOf(mixed, { templateId: "lt-1", version: "1" });
    const withOverrides = (...Overrides: object[]) => ({
      InstancesDistribution,
      LaunchTemplate: { ...LaunchTemplate, Overrides },
    });
    const removed = (more: object) => ({ InstanceRequirements: { ...requirements, ...more } });
    assert.ok(saved(withOverrides(first, second)));
    assert.ok(saved(withOverrides(first, removed({ ExcludedInstanceTypes: [], RequireHibernateSupport: false }))));
    assert.ok(!saved(withOverrides({ ...first, WeightedCapacity: "2" }, second)));
    assert.ok(!saved(withOverrides(first, removed({ ExcludedInstanceTypes: ["t3*"] }))));
    assert.ok(!saved(withOverrides(first, removed({ MemoryMiB: { Min: 4096, Max: 8192 } }))));
    const priced = { ...InstancesDistribution, SpotMaxPrice: "0.05" };
    assert.ok(!saved({ InstancesDistribution: priced, LaunchTemplate }));
  });

  it("remove a maximum price by an empty one, as AWS asks for", () => {
    const mixed = { InstancesDistribution: { OnDemandBaseCapacity: 1 }, Overrides: [] };
    const price = (settings: MixedInstancesSettings) =>
      policyOf(settings, { templateId: "lt-1", version: "1" }).InstancesDistribution?.SpotMaxPrice;
    assert.equal(price(mixed), "");
    assert.equal(price({ ...mixed, InstancesDistribution: { SpotMaxPrice: "0.05" } }), "0.05");
  });

  it("differ by what is declared, not by the order of keys, values that were read or an upgrade", () => {
    const state = { groupName: "web", region: "eu-west-3", version: "1", wait: true } as unknown as RolloutState;
    const turned = { wait: true, version: "1", region: "eu-west-3", groupName: "web", savedVersion: "1" };
    assert.deepEqual(difference(state, turned as unknown as RolloutState), { changes: false, replaces: [] });
    assert.ok(difference(state, { ...state, version: "2" }).changes);
    assert.deepEqual(difference(state, { ...state, groupName: "other" }).replaces, ["groupName"]);
    const upgraded = { ...state, __provider: "new", packageVersion: "2.0.0", program: "moved" } as RolloutState;
    assert.deepEqual(difference(state, upgraded), { changes: false, replaces: [] });
    const placed = { ...state, accountId: "123456789012" } as RolloutState;
    assert.deepEqual(difference(state, placed), { changes: false, replaces: [] });
    assert.ok(difference(placed, { ...placed, accountId: "999999999999" }).changes);
    assert.deepEqual(difference(state, { ...placed, attached: ["a"] }), { changes: false, replaces: [] });
    assert.ok(difference({ ...placed, attached: ["a"] }, placed).changes);
  });
});
