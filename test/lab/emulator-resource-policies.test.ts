import assert from "node:assert/strict";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { notificationKeyStatements, queuePolicy } from "../../components/notification/queue-policy";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";

const topicArn = (name: string) => `arn:aws:sns:us-east-1:123456789012:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`;
const ROLE = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

describe("emulator: the policies of a queue that a topic sends to", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let made = 0;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
  });
  after(() => emulator?.stop());

  interface Settings {
    readonly policy?: (topic: string, queue: string) => Promise<object | string> | object | string;
    readonly key?: string;
  }

  /** Publishes one message to a topic with one queue. Returns whether it arrives. */
  async function arrives({ policy, key }: Settings): Promise<boolean> {
    made += 1;
    const name = `test-${made}`;
    const [sns, sqs] = [new SNSClient(emulator.client), new SQSClient(emulator.client)];
    const document = await policy?.(topicArn(name), queueArn(name));
    const Policy = typeof document === "string" ? document : document && JSON.stringify({ Statement: [document] });
    const Attributes = { ...(Policy && { Policy }), ...(key && { KmsMasterKeyId: key }) };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn(name) }));
    await sns.send(new PublishCommand({ TopicArn, Message: "one" }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages.length === 1;
  }

  const Principal = { Service: "sns.amazonaws.com" };
  const allowed = { Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: "*" };
  const components = (topic: string, queue: string) =>
    new Promise<string>((resolve) => queuePolicy(topic, queue).apply(resolve));

  it("let the message arrive if they are those of the components", async () => {
    assert.equal(await arrives({ policy: components }), true);
  });

  const REFUSED: Record<string, Settings["policy"]> = {
    "there is no policy": undefined,
    "the policy names another topic": (_, queue) => components(topicArn("other"), queue),
    "the policy is for another queue": (topic) => components(topic, queueArn("other")),
    "the policy allows only the account": () => ({ ...allowed, Principal: { AWS: "123456789012" } }),
    "the policy allows only another action": () => ({ ...allowed, Action: "sqs:ReceiveMessage" }),
    "the policy denies it": () => ({ ...allowed, Effect: "Deny" }),
  };
  for (const [why, policy] of Object.entries(REFUSED)) {
    it(`let nothing arrive if ${why}`, async () => assert.equal(await arrives({ policy }), false));
  }

  const makeKey = async (statements: readonly object[]) => {
    const Policy = JSON.stringify({ Statement: statements });
    const { KeyMetadata } = await new KMSClient(emulator.client).send(new CreateKeyCommand({ Policy }));
    return KeyMetadata?.KeyId ?? "";
  };

  it("must include the policy of the queue's key", async () => {
    const all = { Effect: "Allow", Action: "kms:*", Resource: "*" };
    const closed = await makeKey([{ ...all, Principal: { AWS: "arn:aws:iam::123456789012:root" } }]);
    assert.equal(await arrives({ policy: components, key: closed }), false);
    assert.equal(await arrives({ policy: components, key: "alias/aws/sqs" }), false);
    const [ours] = notificationKeyStatements(ROLE);
    const open = await makeKey([{ ...ours, Condition: { ArnLike: { "aws:SourceArn": topicArn("test-*") } } }]);
    assert.equal(await arrives({ policy: components, key: open }), true);
  });
});
