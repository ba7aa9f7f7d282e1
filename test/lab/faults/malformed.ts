import fc from "fast-check";
import { envelope, event, hookMessage, notification } from "../../helpers/messages";

/** Invalid instance ids, where the reaper would make a path of them. */
function wrongIds(id: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(
      id.toUpperCase(),
      ` ${id}`,
      `${id}\n`,
      `${id}\u0000`,
      `${id}/../admin`,
      `../clients/${id}`,
      `${id}%2f..`,
      `%69${id.slice(1)}`,
      `${id}.`,
      `${id}?x`,
      `${id}#`,
      id.replace("i", "і"),
      `i-${"0".repeat(5000)}`,
      "i-",
      "*",
      "..",
      "__proto__",
      "constructor",
    ),
    wrongTypes(id),
  );
}

/** Invalid group names. They must not be taken for the group, even if they resemble it. */
function wrongGroups(group: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(
      `${group}/`,
      `${group}/../${group}`,
      `${group}%2f`,
      `${group}\u0000`,
      `${group} `,
      `${group}\n`,
      `${group}é`,
      `\u202e${group}`,
      "x".repeat(5000),
      "",
      "$& $1 {{7*7}}",
    ),
    wrongTypes(group),
  );
}

function wrongTypes(value: string): fc.Arbitrary<unknown> {
  return fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e308,
    [value],
    [[value]],
    { toString: value },
    { [value]: value },
    { length: 1, 0: value },
    undefined,
  );
}

/** Bodies that must not make the reaper remove anything, though many of them resemble a message about this instance. */
export function malformedBodies(group: string, id: string): fc.Arbitrary<string> {
  const good = notification(group, id);
  const hook = hookMessage(group, id);
  const shapes = fc.constantFrom(
    (fields: object) => ({ ...good, ...fields }),
    (fields: object) => envelope({ ...good, ...fields }),
    (fields: object) => ({ ...hook, ...fields }),
    (fields: object) => event("EC2 Instance Terminate Successful", { ...good, ...fields }),
    (fields: object) => event("EC2 Instance-terminate Lifecycle Action", { ...hook, ...fields }),
  );
  const wrongFields = fc.oneof(
    wrongIds(id).map((EC2InstanceId) => ({ EC2InstanceId })),
    wrongGroups(group).map((AutoScalingGroupName) => ({ AutoScalingGroupName })),
  );
  const almost = fc.tuple(shapes, wrongFields).map(([shape, fields]) => shape(fields));
  const wrongHooks = fc
    .tuple(fc.constantFrom("LifecycleActionToken", "LifecycleHookName", "LifecycleTransition"), wrongTypes("x"))
    .map(([field, value]) => ({ ...hook, [field]: value }));
  const wrongEvents = fc
    .constantFrom(
      "autoscaling:EC2_INSTANCE_TERMINATED",
      "autoscaling:ec2_instance_terminate",
      "",
      "toString",
      "__proto__",
    )
    .map((Event) => ({ ...good, Event }));
  const wrapped = fc.integer({ min: 4, max: 8 }).map((times) => {
    return Array.from({ length: times }).reduce<unknown>((inner) => envelope(inner), good);
  });
  const documents = fc.oneof(almost, almost, almost, wrongHooks, wrongEvents, wrapped, polluted(good));
  return fc.oneof(
    { weight: 6, arbitrary: documents.map((document) => JSON.stringify(document)) },
    { weight: 2, arbitrary: brokenTexts(JSON.stringify(good)) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, unit: "grapheme" }) },
  );
}

/** Puts the message under keys that lead to prototypes, or into the wrong structure. */
function polluted(good: object): fc.Arbitrary<unknown> {
  const text = JSON.stringify(good);
  return fc.constantFrom(
    JSON.parse(`{"__proto__":${text}}`),
    JSON.parse(`{"constructor":{"prototype":${text}}}`),
    { Type: "Notification", Message: JSON.parse(`{"__proto__":${text}}`) },
    { Sns: { __proto__: null, Message: text } },
    { Records: [{ body: text }] },
    [good],
  );
}

/** Truncated texts, deep nesting, and wrong syntax. */
function brokenTexts(text: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.integer({ min: 1, max: text.length - 1 }).map((length) => text.slice(0, length)),
    fc.constantFrom(text.replace("{", '{"Event":"x",'), `${text}${" ".repeat(70_000)}`),
    fc.constantFrom(`${text}}`, `\ufeff${text}`, `${text}${text}`, `'${text}'`, text.replaceAll('"', "'")),
    fc.integer({ min: 1, max: 5000 }).map((depth) => "[".repeat(depth)),
    fc.integer({ min: 1, max: 2000 }).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  );
}

/** The largest body that SQS accepts. With an additional attribute, it is too large. */
export const LARGEST_BODY = "x".repeat(256 * 1024);
