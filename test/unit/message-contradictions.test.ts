import assert from "node:assert/strict";
import fc from "fast-check";
import { type ReapServices, reapMessage } from "../../reaper/decide/reap";
import { readMessage } from "../../reaper/message/message";
import { envelope, event, hookMessage, notification } from "../helpers/messages";

const ID = "i-0123456789abcdef0";
const OTHER_ID = "i-0fedcba9876543210";

/** Where a message says something of itself, and how that is changed. */
interface Place {
  readonly name: string;
  /** What the place says something of; a zone says it of its region. */
  readonly of: readonly string[];
}

/** What is true of the message, and what is not. */
const TRUE = { partition: "aws", account: "123456789012", region: "us-east-1", group: "web", instance: ID };
const FALSE = { partition: "aws-cn", account: "999999999999", region: "eu-west-1", group: "webb", instance: OTHER_ID };
type Facts = typeof TRUE;

const groupArn = ({ partition, account, region, group }: Facts) =>
  `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:1:autoScalingGroupName/${group}`;
const topicArn = ({ partition, account, region }: Facts) => `arn:${partition}:sns:${region}:${account}:fleet`;

/** Each place of each shape with its own facts. */
type Build = (of: (place: string) => Facts) => unknown;

const told: Build = (of) =>
  notification(of("AutoScalingGroupName").group, of("EC2InstanceId").instance, {
    AccountId: of("AccountId").account,
    AutoScalingGroupARN: groupArn(of("AutoScalingGroupARN")),
    Description: `Terminating EC2 instance: ${of("Description").instance}`,
    Details: { "Availability Zone": `${of("Details").region}a` },
  });
const hooked: Build = (of) =>
  hookMessage(of("AutoScalingGroupName").group, of("EC2InstanceId").instance, { AccountId: of("AccountId").account });
const enveloped =
  (inner: Build): Build =>
  (of) =>
    envelope(inner(of), { TopicArn: topicArn(of("TopicArn")) });
const recorded =
  (inner: Build): Build =>
  (of) => ({
    EventSource: "aws:sns",
    EventSubscriptionArn: `${topicArn(of("EventSubscriptionArn"))}:b9a1`,
    Sns: enveloped(inner)(of),
  });
const evented =
  (type: string, inner: Build): Build =>
  (of) => ({
    ...event(type, inner(of) as Record<string, unknown>),
    account: of("account").account,
    region: of("region").region,
    resources: [
      groupArn(of("resources[0]")),
      `arn:aws:ec2:${of("resources[1]").region}:${of("resources[1]").account}:instance/${of("resources[1]").instance}`,
    ],
  });

const NOTIFICATION: Place[] = [
  { name: "AccountId", of: ["account"] },
  { name: "AutoScalingGroupARN", of: ["partition", "account", "region", "group"] },
  { name: "AutoScalingGroupName", of: ["group"] },
  { name: "EC2InstanceId", of: ["instance"] },
  { name: "Description", of: ["instance"] },
  { name: "Details", of: ["region"] },
];
const HOOK = NOTIFICATION.filter(({ name }) => ["AccountId", "AutoScalingGroupName", "EC2InstanceId"].includes(name));
const TOPIC: Place = { name: "TopicArn", of: ["partition", "account", "region"] };
const SUBSCRIPTION: Place = { name: "EventSubscriptionArn", of: ["partition", "account", "region"] };
const EVENT: Place[] = [
  { name: "account", of: ["account"] },
  { name: "region", of: ["region"] },
  { name: "resources[0]", of: ["partition", "account", "region", "group"] },
  { name: "resources[1]", of: ["account", "region", "instance"] },
];
const DONE = "EC2 Instance Terminate Successful";
const ACTION = "EC2 Instance-terminate Lifecycle Action";

const SHAPES: Readonly<Record<string, { readonly build: Build; readonly places: readonly Place[] }>> = {
  notification: { build: told, places: NOTIFICATION },
  "notification in an envelope": { build: enveloped(told), places: [...NOTIFICATION, TOPIC] },
  "notification in Lambda's record": { build: recorded(told), places: [...NOTIFICATION, TOPIC, SUBSCRIPTION] },
  hook: { build: hooked, places: HOOK },
  "hook in an envelope": { build: enveloped(hooked), places: [...HOOK, TOPIC] },
  event: { build: evented(DONE, told), places: [...NOTIFICATION, ...EVENT] },
  "event of a hook": { build: evented(ACTION, hooked), places: [...HOOK, ...EVENT] },
  "event in an envelope": { build: enveloped(evented(DONE, told)), places: [...NOTIFICATION, ...EVENT, TOPIC] },
};

/** Whether another place than this one says the same sort of thing, so that a lie here is a contradiction. */
function isSaidElsewhere(places: readonly Place[], place: Place, fact: string): boolean {
  return places.some((other) => other.name !== place.name && other.of.includes(fact));
}

/** Every lie that one place of a shape can tell, which another place contradicts. */
function liesIn(places: readonly Place[]): { readonly place: string; readonly fact: string }[] {
  return places.flatMap((place) =>
    place.of.filter((fact) => isSaidElsewhere(places, place, fact)).map((fact) => ({ place: place.name, fact })),
  );
}

const lying = (lies: readonly { readonly place: string; readonly fact: string }[]) => (place: string) =>
  Object.fromEntries(
    Object.entries(TRUE).map(([fact, value]) => {
      const isLie = lies.some((lie) => lie.place === place && lie.fact === fact);
      return [fact, isLie ? FALSE[fact as keyof Facts] : value];
    }),
  ) as unknown as Facts;

/** Services that fail the test where anything is asked or removed. */
function untouched(): ReapServices {
  const never = (): never => assert.fail("a message that contradicts itself was believed");
  return {
    groups: ["web", "webb"],
    absenceGraceSeconds: 0,
    dryRun: false,
    now: () => 0,
    instanceState: never,
    remove: never,
    completeAction: never,
    extendAction: never,
  };
}

describe("a message that contradicts itself", () => {
  for (const [title, { build, places }] of Object.entries(SHAPES)) {
    it(`is accepted as ${title} if all of its parts agree`, () => {
      const reading = readMessage(JSON.stringify(build(() => TRUE)));
      assert.ok(reading.kind === "termination", JSON.stringify(reading));
      assert.deepEqual([reading.account, reading.group, reading.instanceId], [TRUE.account, TRUE.group, ID]);
    });

    const lies = liesIn(places);
    for (const lie of lies) {
      it(`goes to the dead-letter queue as ${title} with a wrong ${lie.fact} in ${lie.place}`, async () => {
        const body = JSON.stringify(build(lying([lie])));
        const reaped = await reapMessage({ id: "m", body }, untouched());
        assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", JSON.stringify(reaped));
        assert.ok(reaped.reason.includes(lie.fact), reaped.reason);
      });
    }
  }

  it("is never accepted, whichever of its parts are wrong, and however often it is delivered", async () => {
    const generated = fc
      .constantFrom(...Object.values(SHAPES).filter(({ places }) => liesIn(places).length > 0))
      .chain(({ build, places }) =>
        fc.subarray(liesIn(places), { minLength: 1 }).map((lies) => ({ build, lies, places })),
      )
      // A lie that every place tells alike is no contradiction, but another group's or account's message
      .filter(({ lies, places }) => lies.some(({ fact }) => !isToldByAll(lies, places, fact)));
    await fc.assert(
      fc.asyncProperty(generated, async ({ build, lies }) => {
        const body = JSON.stringify(build(lying(lies)));
        const both = await Promise.all([1, 2].map(() => reapMessage({ id: "m", body }, untouched())));
        for (const reaped of both) {
          assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", JSON.stringify(reaped));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("goes to the dead-letter queue if it is of two kinds at once, whatever either of them names", async () => {
    const kinds = {
      record: { EventSource: "aws:sns", Sns: envelope(notification("web", ID)) },
      envelope: envelope(notification("web", ID)),
      event: event(DONE, notification("web", ID)),
      notification: notification("web", ID),
      hook: hookMessage("web", ID),
    };
    for (const [one, document] of Object.entries(kinds)) {
      for (const [other, more] of Object.entries(kinds).filter(([name]) => name !== one)) {
        const around = envelope(JSON.stringify({ ...more, ...document }));
        for (const body of [JSON.stringify({ ...more, ...document }), JSON.stringify(around)]) {
          const reaped = await reapMessage({ id: "m", body }, untouched());
          assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", `${one} and ${other}`);
        }
      }
    }
  });

  it("goes to the dead-letter queue with a zone of another region, even one with a similar name", async () => {
    const of = (zone: string) => notification("web", ID, { Details: { "Availability Zone": zone } });
    for (const zone of ["us-east-10a", "us-east-2a", "us-east", "us-east-1", "us-east-1a/b", "xus-east-1a"]) {
      const reaped = await reapMessage({ id: "m", body: JSON.stringify(of(zone)) }, untouched());
      assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", zone);
    }
    for (const zone of ["us-east-1f", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1"]) {
      assert.equal(readMessage(JSON.stringify(of(zone))).kind, "termination", zone);
    }
  });

  it("goes to the dead-letter queue even if it would only complete a hook, on the way into a warm pool", async () => {
    const body = JSON.stringify(
      envelope(hookMessage("web", ID, { Destination: "WarmPool", AccountId: FALSE.account })),
    );
    const reaped = await reapMessage({ id: "m", body }, untouched());
    assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory");
  });

  it("goes to the dead-letter queue if a member occurs twice in one object, in whatever layer and spelling", async () => {
    const good = JSON.stringify(notification("web", ID));
    const twice = (text: string, name: string) => text.replace("{", `{"${name}":"x",`);
    const bodies = [
      twice(good, "EC2InstanceId"),
      twice(good, "AutoScalingGroupName"),
      twice(good, "EC2Instance\\u0049d"),
      twice(good, "Event"),
      good.replace('"Details":{', '"Details":{"Subnet ID":"subnet-2",'),
      JSON.stringify(envelope(twice(good, "EC2InstanceId"))),
      twice(JSON.stringify(envelope(good)), "Message"),
      JSON.stringify(event(DONE, notification("web", ID))).replace('"detail":{', '"detail":{"EC2InstanceId":"x",'),
    ];
    for (const body of bodies) {
      const reaped = await reapMessage({ id: "m", body }, untouched());
      assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", body);
      assert.match(reaped.reason, /occurs twice/);
    }
    const alike = notification("web", ID, {
      Details: { "Availability Zone": "us-east-1a", EC2InstanceId: OTHER_ID, Deeper: [{ Event: 1 }, { Event: 2 }] },
      Cause: '"Event":"x","Event":{[',
    });
    assert.equal(readMessage(JSON.stringify(envelope(alike))).kind, "termination");
  });

  it("goes to the dead-letter queue if its description names only other instances", async () => {
    for (const Description of [`Terminating EC2 instance: ${OTHER_ID}`, `${OTHER_ID}, i-00000000000000001`]) {
      const body = JSON.stringify(notification("web", ID, { Description }));
      const reaped = await reapMessage({ id: "m", body }, untouched());
      assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", Description);
    }
    for (const Description of [undefined, "", "Terminating", `${OTHER_ID} replaces ${ID}`]) {
      assert.equal(readMessage(JSON.stringify(notification("web", ID, { Description }))).kind, "termination");
    }
  });

  it("goes to the dead-letter queue if an event's detail tells of something else than its detail-type", async () => {
    const launch = "autoscaling:EC2_INSTANCE_LAUNCH";
    const forged = [
      event(DONE, notification("web", ID, { Event: launch })),
      event(DONE, notification("web", ID, { LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" })),
      event(DONE, hookMessage("web", ID)),
      event(ACTION, hookMessage("web", ID, { Event: launch })),
      event("EC2 Instance Launch Unsuccessful", notification("web", ID, { Event: launch })),
    ];
    for (const document of forged) {
      for (const body of [JSON.stringify(document), JSON.stringify(envelope(document))]) {
        const reaped = await reapMessage({ id: "m", body }, untouched());
        assert.ok(reaped.outcome === "dead-letter" && reaped.cause === "contradictory", JSON.stringify(reaped));
      }
    }
  });

  it("is not understood if a part has a value that AWS never writes there", () => {
    const forged = [
      notification("web", ID, { AutoScalingGroupARN: "web" }),
      notification("web", ID, { AutoScalingGroupARN: "arn:aws:sns:us-east-1:123456789012:web" }),
      notification("web", ID, { AutoScalingGroupARN: 5 }),
      notification("web", ID, { AccountId: "12345" }),
      notification("web", ID, { AccountId: 123456789012 }),
      envelope(notification("web", ID), { TopicArn: "fleet" }),
      { ...event(DONE, notification("web", ID)), resources: "web" },
      { ...event(DONE, notification("web", ID)), resources: ["web"] },
      { ...event(DONE, notification("web", ID)), account: "me" },
    ];
    for (const document of forged) {
      const reading = readMessage(JSON.stringify(document));
      assert.ok(reading.kind === "rejected" && reading.cause === "not-understood", JSON.stringify(document));
    }
  });
});

function isToldByAll(
  lies: readonly { readonly place: string; readonly fact: string }[],
  places: readonly Place[],
  fact: string,
): boolean {
  const all = places.filter((place) => place.of.includes(fact));
  return all.every(({ name }) => lies.some((lie) => lie.place === name && lie.fact === fact));
}
