import assert from "node:assert/strict";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { ChefClient } from "../../chef";
import { CAUSES } from "../../cli/dead-letters/causes";
import { byCause, type DeadLetter, deadLetterOf } from "../../cli/dead-letters/dead-letter";
import { createDecide } from "../../cli/reap/decide";
import { judge } from "../../cli/redrive/judge";
import { type RedriveOptions, redriveQueue } from "../../cli/redrive/redrive-queue";
import { DEAD_LETTER_CAUSES } from "../../reaper/message/dead-letter-cause";
import { fakeSqs } from "../helpers/fake-sqs";
import { envelope, notification } from "../helpers/messages";

const ID = "i-0123456789abcdef0";
const OTHER = "i-0fedcba9876543210";
const QUEUES = { queueUrl: "queue", deadLetterQueueUrl: "dead" };

function letter(body: unknown, reason?: string, id = "m", cause?: string): Message {
  const Body = typeof body === "string" ? body : JSON.stringify(body);
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const said = Object.entries({ cause, reason, originalMessageId: reason && "before" });
  const written = said.flatMap(([name, text]) => (text ? [[name, attribute(text)]] : []));
  const MessageAttributes = written.length > 0 ? Object.fromEntries(written) : undefined;
  return { MessageId: id, Body, MessageAttributes, Attributes: { SentTimestamp: "1000" } };
}

describe("the cause of a dead letter", () => {
  it("is the reaper's code, whatever its reason", () => {
    for (const cause of DEAD_LETTER_CAUSES) {
      assert.equal(deadLetterOf(letter(notification("web", ID), "words that mislead", "m", cause)).cause, cause);
      assert.ok(cause in CAUSES);
    }
  });

  it("is 'unstated' if another version of the reaper wrote only a reason, or an unknown code", () => {
    const running = `the instance ${ID} is running, so its node must not be removed`;
    assert.equal(deadLetterOf(letter(notification("web", ID), running)).cause, "unstated");
    assert.equal(deadLetterOf(letter(notification("web", ID), "words", "m", "of-tomorrow")).cause, "unstated");
  });

  it("is 'exhausted' without attributes, unless the body itself is contradictory", () => {
    assert.equal(deadLetterOf(letter(notification("web", ID))).cause, "exhausted");
    assert.equal(deadLetterOf(letter("x".repeat(260_000))).cause, "not-understood");
    const contradictory = notification("web", ID, { AccountId: "999999999999" });
    assert.equal(deadLetterOf(letter(contradictory)).cause, "contradictory");
  });

  it("is counted, with the oldest message", () => {
    const letters = [
      letter("x", "the body is not a JSON object", "m", "not-understood"),
      letter("y", "also none", "m", "not-understood"),
      letter(notification("web", ID)),
    ];
    assert.deepEqual(
      byCause(letters.map(deadLetterOf)).map(({ cause, count, oldestSentAt }) => [cause, count, oldestSentAt]),
      [
        ["not-understood", 2, 1000],
        ["exhausted", 1, 1000],
      ],
    );
  });

  it("includes group and instance, also from an envelope", () => {
    const { group, instanceId } = deadLetterOf(letter(envelope(notification("web", ID))));
    assert.deepEqual([group, instanceId], ["web", ID]);
  });
});

describe("whether a dead letter is sent back", () => {
  interface World {
    readonly state?: string;
    readonly owner?: string;
    /** The availability zone that the node reports. */
    readonly zone?: string;
    readonly convergedMinutesAgo?: number;
    readonly chefError?: string;
    readonly forbidden?: string;
  }

  async function verdictOn(message: Message, world: World = {}) {
    const { state = "terminated", owner, zone, convergedMinutesAgo: ago, chefError, forbidden } = world;
    const ohai_time = ago === undefined ? undefined : Date.now() / 1000 - ago * 60;
    const ec2 = { instance_id: owner ?? ID, availability_zone: zone };
    const node = { name: `web-${ID}`, automatic: { ec2, ohai_time } };
    const look = async () => {
      if (chefError) throw new Error(chefError);
      return node;
    };
    const unexpected = (): never => assert.fail("a dead letter is only looked at");
    const chef = { getNode: look, getClient: look, deleteNode: unexpected, deleteClient: unexpected };
    const decide = createDecide(["web"], async () => ({ gone: state !== "running", name: state }), {
      region: "eu-west-3",
      accountId: "123456789012",
    });
    return judge(deadLetterOf(message), {
      chef: chef as unknown as ChefClient,
      decide,
      forbidden: async () => forbidden,
    });
  }

  const exhausted = letter(notification("web", ID));
  const alive = letter(notification("web", ID), `the instance ${ID} is running, so its node must not be removed`);

  it("is yes once the Chef server responds and the instance is gone", async () => {
    assert.equal((await verdictOn(exhausted)).verdict, "back");
    assert.equal((await verdictOn(alive)).verdict, "back");
  });

  it("is yes for messages without a removal", async () => {
    assert.equal((await verdictOn(letter(notification("web", ID, { Destination: "WarmPool" })))).verdict, "back");
  });

  const stays: readonly (readonly [string, Message, World, RegExp])[] = [
    ["the instance runs still", alive, { state: "running" }, /is running/],
    ["the Chef server fails", exhausted, { chefError: "GET /nodes answered 401" }, /answered 401/],
    ["the operator may not delete", exhausted, { forbidden: "may not delete nodes" }, /may not delete nodes/],
    ["the node is another instance's", exhausted, { owner: OTHER }, /carries the id of another/],
    ["the node ran in another region", exhausted, { zone: "us-east-1a" }, /another region, 'us-east-1'/],
    [
      "the group is another account's",
      letter(notification("web", ID, { AutoScalingGroupARN: undefined, AccountId: "999999999999" })),
      {},
      /in the account '999999999999'/,
    ],
    ["the group is another's", letter(notification("other", ID), "the group"), {}, /not one of this reaper's/],
    ["nobody understands it", letter("nonsense", "the body is not a JSON object"), {}, /not a JSON object/],
  ];
  it("is no while something converges under the name of an instance that EC2 does not know, and the others are judged", async () => {
    const justNow = new Date().toISOString();
    const sent = { Attributes: { SentTimestamp: `${Date.now()}` } };
    const recent = { ...letter(notification("web", ID, { EndTime: justNow, Time: justNow })), ...sent };
    for (const [message, unasked] of [
      [recent, false],
      [alive, undefined],
    ] as const) {
      const judged = await verdictOn(message, { state: "unknown", convergedMinutesAgo: 5 });
      assert.deepEqual([judged.verdict, judged.unasked], ["stays", unasked]);
      assert.match(judged.reason, /converged under its node name 5 minutes ago/);
    }
    assert.equal((await verdictOn(alive, { state: "unknown", convergedMinutesAgo: 61 })).verdict, "back");
  });

  for (const [title, message, world, reason] of stays) {
    it(`is no while ${title}`, async () => {
      const { verdict, reason: said } = await verdictOn(message, world);
      assert.equal(verdict, "stays");
      assert.match(said, reason);
    });
  }
});

describe("redrive", () => {
  const { signal } = new AbortController();
  const options = (changes: Partial<RedriveOptions> = {}): RedriveOptions => ({
    queues: QUEUES,
    dryRun: false,
    limit: 1000,
    signal,
    judge: async ({ body }: DeadLetter) => ({ verdict: body.startsWith("stay") ? "stays" : "back", reason: "because" }),
    onProgress: () => undefined,
    ...changes,
  });
  const dead = (...bodies: string[]) => bodies.map((body, index) => letter(body, "a reason", `d${index}`, "alive"));
  const bodies = (messages: readonly Message[] | undefined) => messages?.map(({ Body }) => Body).sort();

  it("moves messages that are to be sent back, without the reaper's attributes, and makes the others visible again", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead("a", "stay", "b") });
    const { messages: redriven } = await redriveQueue(sqs.client, options());
    assert.deepEqual(redriven.map(({ outcome }) => outcome).sort(), ["back", "back", "stays"]);
    assert.deepEqual(bodies(sqs.queues.queue), ["a", "b"]);
    assert.deepEqual(
      sqs.queues.queue?.map(({ MessageAttributes }) => MessageAttributes),
      [undefined, undefined],
    );
    assert.deepEqual(bodies(sqs.queues.dead), ["stay"]);
    const { messages: again } = await redriveQueue(sqs.client, options());
    assert.deepEqual(
      again.map(({ outcome }) => outcome),
      ["stays"],
      "what stayed can be received again",
    );
  });

  it("moves nothing in a dry run", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead("a", "b") });
    const { messages: redriven } = await redriveQueue(sqs.client, options({ dryRun: true }));
    assert.deepEqual(
      redriven.map(({ outcome }) => outcome),
      ["would-go-back", "would-go-back"],
    );
    assert.deepEqual([bodies(sqs.queues.queue), bodies(sqs.queues.dead)], [[], ["a", "b"]]);
  });

  it("processes no more messages than the limit", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead(..."abcdefghijklmnop") });
    assert.equal((await redriveQueue(sqs.client, options({ limit: 12 }))).messages.length, 12);
    assert.equal(sqs.queues.dead?.length, 4);
  });

  it("loses no message, whichever call of SQS fails", async () => {
    for (let failing = 0; failing < 12; failing++) {
      const fail = (name: string, count: number) => {
        if (count === failing && !name.startsWith("Receive")) throw new Error("SQS is away");
      };
      const sqs = fakeSqs({ queue: [], dead: dead("a", "b", "stay") }, fail);
      await redriveQueue(sqs.client, options());
      const there = new Set([...(bodies(sqs.queues.queue) ?? []), ...(bodies(sqs.queues.dead) ?? [])]);
      assert.deepEqual([...there].sort(), ["a", "b", "stay"], `after a failure of call ${failing}`);
    }
  });

  it("checks all messages although SQS delivers one of them twice, and no message twice", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead(..."abcdefghijklmnopqrstuvwxy") });
    const { send } = sqs.client;
    let first: Message | undefined;
    // Delivery is at least once: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
    const twice = async (command: { readonly constructor: { readonly name: string } }) => {
      const answer = await (send as (command: unknown) => Promise<{ Messages?: Message[] }>)(command);
      if (command.constructor.name !== "ReceiveMessageCommand") return answer;
      const { Messages = [] } = answer;
      const again = first && Messages.length > 0 ? [first] : [];
      first ??= Messages[0];
      return { Messages: [...again, ...Messages] };
    };
    const checked: string[] = [];
    const judge = async ({ id }: DeadLetter) => {
      checked.push(id);
      return { verdict: "stays", reason: "because" } as const;
    };
    await redriveQueue({ send: twice } as unknown as SQSClient, options({ judge }));
    assert.deepEqual([checked.length, new Set(checked).size], [25, 25]);
  });

  it("reports a message that SQS did not accept, and keeps it", async () => {
    const fail = (name: string) => {
      if (name === "SendMessageCommand") throw new Error("AccessDenied");
    };
    const sqs = fakeSqs({ queue: [], dead: dead("a") }, fail);
    const { messages } = await redriveQueue(sqs.client, options());
    const [redriven] = messages;
    assert.deepEqual([redriven?.outcome, redriven?.reason], ["failed", "AccessDenied"]);
    assert.deepEqual(bodies(sqs.queues.dead), ["a"]);
  });

  it("does not send a message in circles that the reaper sets aside again at once", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead("a") }, () => {
      for (const sent of sqs.queues.queue?.splice(0) ?? []) {
        const originalMessageId = { DataType: "String", StringValue: sent.MessageId };
        const reason = { DataType: "String", StringValue: "as before" };
        sqs.queues.dead?.push({
          ...sent,
          MessageId: `again-${sent.MessageId}`,
          MessageAttributes: { reason, originalMessageId },
        });
      }
    });
    const { messages: redriven } = await redriveQueue(sqs.client, options());
    assert.deepEqual(
      redriven.map(({ outcome }) => outcome),
      ["back"],
    );
    assert.equal(sqs.queues.dead?.length, 1);
  });

  it("stops after a batch for which nothing could be determined, and makes it visible again", async () => {
    const sqs = fakeSqs({ queue: [], dead: dead(..."abcdefghijklmnop") });
    const unasked = async () => ({ verdict: "stays", reason: "the server is away", unasked: true }) as const;
    const { messages, stopped } = await redriveQueue(sqs.client, options({ judge: unasked }));
    assert.deepEqual([messages.length, stopped], [10, "the server is away"]);
    assert.equal((await redriveQueue(sqs.client, options())).messages.length, 16);
  });

  it("starts nothing new after a stop signal", async () => {
    const stopping = new AbortController();
    const sqs = fakeSqs({ queue: [], dead: dead(..."abcdefghijklmnopqrstuvwxyz") });
    const onProgress = () => stopping.abort();
    const { messages: redriven } = await redriveQueue(sqs.client, options({ signal: stopping.signal, onProgress }));
    assert.equal(redriven.length, 10, "the batch in flight is finished");
    assert.equal((sqs.queues.queue?.length ?? 0) + (sqs.queues.dead?.length ?? 0), 26);
  });
});
