import assert from "node:assert/strict";
import fc from "fast-check";
import { readMessage } from "../../reaper/message/message";
import { envelope, event, hookMessage, notification } from "../helpers/messages";

const ID = "i-0123456789abcdef0";
const TERMINATION = {
  kind: "termination",
  group: "web",
  instanceId: ID,
  time: Date.parse("2026-11-22T12:00:30Z"),
  region: "us-east-1",
  account: "123456789012",
};
const ACTION = { group: "web", instanceId: ID, hookName: "drain", token: "71514b9d-6a40-4b26-8523-05e7ee35fa40" };
const read = (document: unknown) => readMessage(JSON.stringify(document));

describe("message", () => {
  const terminate = notification("web", ID);
  const hook = hookMessage("web", ID);
  const done = event("EC2 Instance Terminate Successful", {
    ...notification("web", ID, { Event: undefined, Time: undefined }),
  });
  const abandoned = notification("web", ID, {
    Event: "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
    Description: `Launching a new EC2 instance: ${ID}.  Status Reason: Instance failed to complete user's Lifecycle Action`,
    Progress: 100,
  });
  const hookEvent = event("EC2 Instance-terminate Lifecycle Action", {
    LifecycleActionToken: ACTION.token,
    AutoScalingGroupName: "web",
    LifecycleHookName: "drain",
    EC2InstanceId: ID,
    LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    Origin: "AutoScalingGroup",
    Destination: "EC2",
  });

  const terminations: [string, unknown, object][] = [
    ["a raw notification", terminate, TERMINATION],
    [
      "a notification without Origin and Destination",
      { ...terminate, Origin: undefined, Destination: undefined },
      TERMINATION,
    ],
    ["a notification that leaves a warm pool", { ...terminate, Origin: "WarmPool" }, TERMINATION],
    ["a notification in the SNS envelope", envelope(terminate), TERMINATION],
    [
      "the spelling of direct SNS to Lambda",
      envelope(terminate, { SigningCertURL: undefined, SigningCertUrl: "https://sns", UnsubscribeUrl: "https://sns" }),
      TERMINATION,
    ],
    ["Lambda's record around the envelope", { EventSource: "aws:sns", Sns: envelope(terminate) }, TERMINATION],
    ["a lifecycle hook's message", hook, { ...TERMINATION, region: undefined, action: ACTION }],
    ["a lifecycle hook's message in the envelope", envelope(hook), { ...TERMINATION, action: ACTION }],
    ["EventBridge's successful termination", done, TERMINATION],
    ["EventBridge's event through SNS", envelope(done), TERMINATION],
    ["EventBridge's lifecycle action", hookEvent, { ...TERMINATION, action: ACTION }],
    ["an abandoned launch", abandoned, { ...TERMINATION, launchFailed: true }],
    [
      "EventBridge's failed launch of an instance",
      event("EC2 Instance Launch Unsuccessful", abandoned),
      { ...TERMINATION, launchFailed: true },
    ],
  ];
  for (const [title, document, expected] of terminations) {
    it(`understands ${title}`, () => assert.deepEqual(read(document), expected));
  }

  it("ignores StatusCode, and ignores an unreadable time", () => {
    assert.equal(read({ ...terminate, StatusCode: "Successful" }).kind, "termination");
    for (const time of ["soon", "5", "1969-12-31T23:59:59Z", 1e308, ["2026-11-22T12:00:30Z"]]) {
      const reading = read({ ...terminate, EndTime: time, Time: time });
      assert.ok(reading.kind === "termination" && reading.time === undefined, String(time));
    }
  });

  const test = {
    AccountId: "1",
    AutoScalingGroupName: "web",
    Service: "AWS Auto Scaling",
    Event: "autoscaling:TEST_NOTIFICATION",
  };
  const passed: [string, unknown, "info" | "warn"][] = [
    ["a test notification", test, "info"],
    ["a test notification in the envelope", envelope(test), "info"],
    ["a launch", notification("web", ID, { Event: "autoscaling:EC2_INSTANCE_LAUNCH" }), "info"],
    ["a launch hook", hookMessage("web", ID, { LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" }), "info"],
    ["EventBridge's launch", event("EC2 Instance Launch Successful", {}), "info"],
    ["a move into the warm pool", notification("web", ID, { Destination: "WarmPool" }), "info"],
    [
      "EventBridge's move into the warm pool",
      event("EC2 Instance Terminate Successful", { Destination: "WarmPool" }),
      "info",
    ],
    [
      "a launch without an instance",
      { ...abandoned, EC2InstanceId: "", Description: "Launching a new EC2 instance" },
      "warn",
    ],
    [
      "EventBridge's launch without an instance",
      event("EC2 Instance Launch Unsuccessful", { EC2InstanceId: "" }),
      "warn",
    ],
    ["a failed termination", notification("web", ID, { Event: "autoscaling:EC2_INSTANCE_TERMINATE_ERROR" }), "warn"],
    ["EventBridge's failed termination", event("EC2 Instance Terminate Unsuccessful", {}), "warn"],
  ];
  for (const [title, document, level] of passed) {
    it(`acknowledges ${title}`, () => {
      const reading = read(document);
      assert.ok(reading.kind === "ignored" && reading.level === level, JSON.stringify(reading));
    });
  }

  it("keeps the hook's action of a move into the warm pool, so that it can be completed", () => {
    const reading = read(hookMessage("web", ID, { Destination: "WarmPool" }));
    assert.ok(reading.kind === "ignored");
    assert.deepEqual(reading.action, ACTION);
  });

  const wrong: [string, unknown, RegExp][] = [
    ["a list", [], /not a JSON object/],
    ["an empty object", {}, /neither a notification/],
    ["an envelope around no JSON", envelope("hello"), /not a JSON object/],
    ["an envelope without a text", { Type: "Notification", Message: 5 }, /not a JSON object/],
    [
      "SNS's confirmation of a subscription",
      { Type: "SubscriptionConfirmation", Message: "x" },
      /'SubscriptionConfirmation'/,
    ],
    [
      "an unknown event",
      notification("web", ID, { Event: "autoscaling:EXPLODED" }),
      /'autoscaling:EXPLODED' is not known/,
    ],
    ["an unknown transition", hookMessage("web", ID, { LifecycleTransition: "x" }), /transition 'x' is not known/],
    [
      "a transition that String() throws over",
      { ...hookEvent, detail: { ...hookEvent.detail, LifecycleTransition: { toString: 1 } } },
      /transition \(a object\) is not known/,
    ],
    [
      "a hook without its token",
      hookMessage("web", ID, { LifecycleActionToken: undefined }),
      /LifecycleActionToken is missing/,
    ],
    ["an event of another service", { ...done, source: "aws.ec2" }, /not from Auto Scaling/],
    ["an instance id that is a path", notification("web", "../clients/admin"), /EC2InstanceId '..\/clients\/admin'/],
    [
      "an instance id of 5,000 characters",
      notification("web", `i-${"a".repeat(5000)}`),
      /\(5002 characters\) is not an instance id/,
    ],
    ["a group with a slash", notification("we/b", ID), /AutoScalingGroupName 'we\/b'/],
    ["a group in Unicode", notification("wëb", ID), /AutoScalingGroupName 'wëb'/],
    ["no instance id", notification("web", ID, { EC2InstanceId: undefined }), /EC2InstanceId \(missing\)/],
    [
      "endless envelopes",
      [1, 2, 3, 4, 5].reduce<unknown>((inner) => envelope(inner), terminate),
      /too many nested envelopes/,
    ],
  ];
  for (const [title, document, reason] of wrong) {
    it(`rejects ${title} with the reason`, () => {
      const reading = read(document);
      assert.ok(reading.kind === "rejected", JSON.stringify(reading));
      assert.match(reading.reason, reason);
    });
  }

  it("rejects a body that is far longer than what Auto Scaling sends, without parsing it", () => {
    const longest = JSON.stringify({ ...terminate, StatusMessage: "x".repeat(60_000) });
    assert.equal(readMessage(longest).kind, "termination");
    const nested = `{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
    for (const body of [`${JSON.stringify(terminate)}${" ".repeat(70_000)}`, nested]) {
      const reading = readMessage(body);
      assert.ok(reading.kind === "rejected", JSON.stringify(reading));
      assert.match(reading.reason, /the body has \d+ characters, far more than/);
    }
  });

  it("never throws, and never makes an instance out of 10,000 malformed bodies", () => {
    const anyBody = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.anything().map((value) => JSON.stringify(value) ?? ""),
    );
    fc.assert(
      fc.property(anyBody, (body) => assert.equal(readMessage(body).kind, "rejected")),
      { numRuns: 10_000 },
    );
  });

  it("never throws when a field of a real message is replaced by anything", () => {
    const sources = [terminate, hook, done, hookEvent, envelope(terminate), test];
    const odd = fc.constantFrom({ toString: 1 }, { valueOf: null, toString: null }, [[[]]], { constructor: "x" });
    const changed = (source: object) =>
      fc
        .tuple(fc.constantFrom(...Object.keys(source)), fc.oneof(fc.jsonValue(), odd))
        .map(([field, value]) => ({ ...source, [field]: value }));
    const mutated = fc.oneof(
      fc.constantFrom<object>(...sources).chain(changed),
      fc
        .constantFrom(done, hookEvent)
        .chain((source) => changed(source.detail).map((detail) => ({ ...source, detail }))),
    );
    fc.assert(
      fc.property(mutated, (document) => {
        const reading = read(document);
        assert.match(reading.kind, /^(termination|ignored|rejected)$/);
        if (reading.kind === "termination") {
          assert.match(reading.instanceId, /^i-[0-9a-f]+$/);
          assert.match(reading.group, /^[A-Za-z0-9_.-]+$/);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
