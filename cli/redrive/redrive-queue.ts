import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { forEachBounded } from "../../components/chef/concurrency";
import type { CauseKind } from "../dead-letters/causes";
import { type DeadLetter, deadLetterOf } from "../dead-letters/dead-letter";
import { receiveOnce, showAgain } from "../dead-letters/receive";
import type { QueuePair } from "../target/required";
import type { Verdict } from "./judge";
import { sendBack } from "./send-back";

/** What became of one dead letter. */
export interface Redriven {
  readonly id: string;
  readonly cause: CauseKind;
  readonly group?: string;
  readonly instanceId?: string;
  /** ISO 8601. */
  readonly since: string;
  /** `would-go-back`: in a dry run. `failed`: it is in one of the queues, or in both. */
  readonly outcome: "back" | "would-go-back" | "stays" | "failed";
  readonly reason: string;
}

export interface RedriveOptions {
  readonly queues: QueuePair;
  readonly dryRun: boolean;
  /** Messages looked at, at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
  judge(letter: DeadLetter): Promise<Verdict>;
  onProgress(looked: number): void;
}

/** Long enough for the slowest Chef server; shown again at the end anyway. */
const HIDDEN_SECONDS = 600;

/** Looks at each dead letter once and sends back what the judge says. Never loses one; see `sendBack`. */
export async function redriveQueue(sqs: SQSClient, options: RedriveOptions): Promise<Redriven[]> {
  const { queues, limit, signal } = options;
  const redriven: Redriven[] = [];
  const kept: Message[] = [];
  const sent = new Set<string>();
  try {
    const receiving = { limit, hiddenSeconds: HIDDEN_SECONDS, signal };
    for await (const messages of receiveOnce(sqs, queues.deadLetterQueueUrl, receiving)) {
      const letters = messages.map(deadLetterOf);
      await forEachBounded(letters, letters.length, async (letter) => {
        // The reaper may set aside again at once what this run sent; it would go round and round
        const result = sent.has(letter.earlierId ?? "") ? undefined : await treat(sqs, letter, options, sent);
        if (result) redriven.push(result);
        if (result?.outcome !== "back") kept.push(letter.message);
      });
      options.onProgress(redriven.length);
    }
  } finally {
    await showAgain(sqs, queues.deadLetterQueueUrl, kept);
  }
  return redriven;
}

async function treat(
  sqs: SQSClient,
  letter: DeadLetter,
  { queues, dryRun, judge }: RedriveOptions,
  sent: Set<string>,
): Promise<Redriven> {
  const { id, cause, group, instanceId, sentAt } = letter;
  const told = { id, cause, group, instanceId, since: new Date(sentAt).toISOString() };
  const { verdict, reason } = await judge(letter);
  if (verdict === "stays") return { ...told, outcome: "stays", reason };
  if (dryRun) return { ...told, outcome: "would-go-back", reason };
  try {
    sent.add(await sendBack(sqs, queues, letter.message));
    return { ...told, outcome: "back", reason };
  } catch (error) {
    return { ...told, outcome: "failed", reason: (error as Error).message };
  }
}
