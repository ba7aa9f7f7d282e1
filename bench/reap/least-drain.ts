import type { Agent } from "node:http";
import { connections, send } from "./bare-http";
import { type BareRemover, bareRemover } from "./bare-removal";
import type { Stage } from "./stage";

const BATCH = 10;

interface Received {
  readonly ReceiptHandle: string;
  readonly Body: string;
}

export interface LeastDrainOptions extends Pick<Stage, "server" | "queues" | "instancesUrl"> {
  /** Messages in progress at the same time. */
  readonly concurrency: number;
  /** Connections to the Chef server. */
  readonly connections: number;
}

interface Room extends LeastDrainOptions {
  readonly queueUrl: string;
  readonly aws: Agent;
  readonly remover: BareRemover;
  left: number;
}

/**
 * The limit on this machine: a minimal program handles this number of messages, from the queue to the last deletion. It receives ten
 * messages, looks up their instances in one call to EC2, requests each node, deletes client and node with signed requests, and deletes the
 * ten messages. It checks only the status of responses, waits for nothing, writes no log and no metrics, and uses no SDK.
 *
 * @returns instances per second
 */
export async function leastDrain(count: number, options: LeastDrainOptions): Promise<number> {
  const queue = await options.queues.announce(await options.server.register(count));
  const loops = Math.ceil(options.concurrency / BATCH);
  const remover = bareRemover(options.server, options.connections);
  const room = { ...options, queueUrl: queue.url, aws: connections(loops), remover, left: count };
  const started = performance.now();
  await Promise.all(Array.from({ length: loops }, () => drainAlone(room)));
  const seconds = (performance.now() - started) / 1000;
  room.aws.destroy();
  remover.close();
  await options.server.assertEmpty();
  await queue.assertEmpty();
  return count / seconds;
}

async function drainAlone(room: Room): Promise<void> {
  while (room.left > 0) {
    const received = await sqs(room, "ReceiveMessage", { MaxNumberOfMessages: BATCH });
    const messages: readonly Received[] = received.Messages ?? [];
    room.left -= messages.length;
    const ids = messages.map(({ Body }) => JSON.parse(JSON.parse(Body).Message).EC2InstanceId);
    if (ids.length === 0) continue;
    await askEc2(room, ids);
    await Promise.all(ids.map((id) => room.remover.send(room.remover.requests(id, true))));
    const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs(room, "DeleteMessageBatch", { Entries: entries });
  }
}

async function sqs({ queues, queueUrl, aws }: Room, action: string, input: object) {
  const url = queues.environment.AWS_ENDPOINT_URL_SQS ?? "";
  const headers = { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AmazonSQS.${action}` };
  const body = JSON.stringify({ QueueUrl: queueUrl, ...input });
  return JSON.parse(await send({ method: "POST", url, headers, body }, aws));
}

async function askEc2({ instancesUrl, aws }: Room, ids: readonly string[]): Promise<void> {
  const asked = ids.map((id, index): [string, string] => [`InstanceId.${index + 1}`, id]);
  const body = new URLSearchParams([["Action", "DescribeInstances"], ["Version", "2016-11-15"], ...asked]).toString();
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  await send({ method: "POST", url: instancesUrl, headers, body }, aws);
}
