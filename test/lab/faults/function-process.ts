import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse } from "aws-lambda";
import { type LogLine, logOf, type Shell } from "./worker-process";

const HOST = join(__dirname, "function-host.cjs");
const MODULES = join(__dirname, "../../../node_modules");
const TIMEOUT_MS = 30_000;
const ENVIRONMENTS = 3;

/** Runs the function's bundle as AWS does: in several execution environments, with a mapping that polls the queue. */
export function startFunction(
  program: string,
  settings: Record<string, string>,
  sqs: SQSClient,
  queueUrl: string,
): Shell {
  const lines: LogLine[][] = [];
  const stopping = new AbortController();
  const spawned = (): ChildProcess => {
    const child = spawn(process.execPath, [HOST, program], {
      env: { PATH: process.env.PATH, NODE_PATH: MODULES, ...settings },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    lines.push(logOf(child.stdout));
    return child;
  };
  const loop = async (): Promise<void> => {
    let environment = spawned();
    while (!stopping.signal.aborted) {
      if ((await handOver(environment, sqs, queueUrl)) === "timed out") {
        environment.kill("SIGKILL");
        environment = spawned();
      }
    }
    environment.kill("SIGTERM");
  };
  const loops = Promise.all(Array.from({ length: ENVIRONMENTS }, loop));
  loops.catch(() => "told by stop");
  return {
    get lines() {
      return lines.flat();
    },
    stop: async () => {
      stopping.abort();
      await loops;
    },
  };
}

/** Receives a batch, invokes the function with it, and deletes the messages that it did not report as failed. */
async function handOver(environment: ChildProcess, sqs: SQSClient, queueUrl: string): Promise<"ended" | "timed out"> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["All"],
    }),
  );
  const answer = messages.length > 0 ? await invoke(environment, { Records: messages.map(recordOf) }) : undefined;
  if (answer === "timed out") {
    return answer;
  }
  const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId: id = "" }) => !failed.has(id));
  if (done.length > 0) {
    const entries = done.map((message, index) => ({ Id: `${index}`, ReceiptHandle: message.ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
  }
  return "ended";
}

/** @throws what the function throws: with partial batch responses, it never should */
function invoke(environment: ChildProcess, event: unknown): Promise<SQSBatchResponse | "timed out"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("timed out"), TIMEOUT_MS);
    environment.once("message", (answer: { readonly result?: SQSBatchResponse; readonly error?: string }) => {
      clearTimeout(timer);
      if (answer.error !== undefined) {
        reject(new Error(`the function threw: ${answer.error}`));
      } else {
        resolve(answer.result ?? { batchItemFailures: [] });
      }
    });
    environment.send(event as object);
  });
}

function recordOf(message: Message) {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    eventSource: "aws:sqs",
    awsRegion: "us-east-1",
  };
}
