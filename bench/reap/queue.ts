import { join } from "node:path";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import getPort from "get-port";
import { forEachBounded } from "../../common/concurrency";
import { startReadyService } from "../../lab/services/process";
import { envelope, notification } from "../../test/helpers/messages";
import { GROUP } from "./chef-server";
import { QUEUES } from "./peers";

/** A queue server that is faster than the programs measured with it. */
export interface QueueServer {
  /** Environment variables that make an SQS client use it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Sends the termination notifications in the form in which SNS delivers them. They go to a new queue, because an earlier worker's last
   * poll may still be waiting on an old one.
   */
  announce(ids: readonly string[]): Promise<LoadQueue>;
  stop(): Promise<void>;
}

/** A queue and its dead-letter queue. */
export interface LoadQueue {
  readonly url: string;
  readonly deadLettersUrl: string;
  /** The number of messages in the queue, whether visible or in flight. */
  left(): Promise<number>;
  /** @throws if a message is left in the queue or in the dead-letter queue */
  assertEmpty(): Promise<void>;
}

export async function startQueues(folder: string): Promise<QueueServer> {
  const port = await getPort();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const sqs = new SQSClient(client);
  const options = { name: "fauxqs", command: process.execPath, args: [QUEUES, `${port}`] };
  const isUp = () =>
    create(sqs, "up").then(
      () => true,
      () => false,
    );
  const service = await startReadyService({ ...options, logFile: join(folder, "queues.log") }, isUp);
  let queues = 0;
  return {
    environment: { AWS_ENDPOINT_URL_SQS: endpoint },
    announce: async (ids) => {
      queues++;
      const urls = [await create(sqs, `terminations-${queues}`), await create(sqs, `dead-${queues}`)] as const;
      await forEachBounded(batches(ids), 4, (batch) => send(sqs, urls[0], batch));
      return {
        url: urls[0],
        deadLettersUrl: urls[1],
        left: () => leftIn(sqs, urls[0]),
        assertEmpty: async () => {
          for (const url of urls) await assertEmpty(sqs, url);
        },
      };
    },
    stop: async () => {
      sqs.destroy();
      await service.stop();
    },
  };
}

async function create(sqs: SQSClient, QueueName: string): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
}

function batches(ids: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / 10) }, (_, batch) => ids.slice(batch * 10, batch * 10 + 10));
}

async function send(sqs: SQSClient, queueUrl: string, ids: readonly string[]): Promise<void> {
  const now = new Date().toISOString();
  const entries = ids.map((id) => ({
    Id: id,
    MessageBody: JSON.stringify(envelope(notification(GROUP, id, { Time: now }))),
  }));
  const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
  if (answer.Failed?.length) throw new Error(`${answer.Failed.length} messages were not taken by the queue`);
}

async function assertEmpty(sqs: SQSClient, queueUrl: string): Promise<void> {
  const left = await leftIn(sqs, queueUrl);
  if (left > 0) throw new Error(`${left} messages are in '${queueUrl}', so the figure means nothing`);
}

async function leftIn(sqs: SQSClient, queueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes: attributes } = await sqs.send(command);
  return names.reduce((sum, name) => sum + Number(attributes?.[name] ?? 0), 0);
}
