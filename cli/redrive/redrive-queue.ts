import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { describeError } from "../command/describe-error";
import type { CauseKind } from "../dead-letters/causes";
import { type DeadLetter, deadLetterOf } from "../dead-letters/dead-letter";
import { receiveOnce, showAgain } from "../dead-letters/receive";
import type { QueuePair } from "../target/queue-pair";
import type { Verdict } from "./judge";
import { sendBack } from "./send-back";

/** The result for one dead letter. */
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
  /** What to do if it stays. */
  readonly fix?: string;
}

export interface RedriveOptions {
  readonly queues: QueuePair;
  readonly dryRun: boolean;
  /** Maximum number of messages to check. */
  readonly limit: number;
  readonly signal: AbortSignal;
  judge(letter: DeadLetter): Promise<Verdict>;
  onProgress(looked: number): void;
}

/** Long enough for the slowest Chef server; messages are made visible again at the end anyway. */
const HIDDEN_SECONDS = 600;

/** The results for a queue's dead letters. */
export interface RedriveResult {
  readonly messages: readonly Redriven[];
  /** Why not all were checked. */
  readonly stopped?: string;
}

/** The results for the dead letters of one queue. */
export interface QueueReport extends QueuePair, RedriveResult {
  readonly name: string;
  /** Number of dead letters that SQS counts, but another reader has hidden. */
  readonly hidden: number;
}

/** Evaluates each dead letter once and sends it back if it should be. Never loses one; see `sendBack`. */
export async function redriveQueue(sqs: SQSClient, options: RedriveOptions): Promise<RedriveResult> {
  const { queues, limit, signal } = options;
  const messages: Redriven[] = [];
  const kept: Message[] = [];
  const sent = new Set<string>();
  const receiving = { limit, hiddenSeconds: HIDDEN_SECONDS, signal };
  try {
    for await (const batch of receiveOnce(sqs, queues.deadLetterQueueUrl, receiving)) {
      const treated = await treatBatch(sqs, batch.map(deadLetterOf), options, sent);
      messages.push(...treated.flatMap(({ result }) => result ?? []));
      kept.push(...treated.filter(({ result }) => result?.outcome !== "back").map(({ message }) => message));
      options.onProgress(messages.length);
      const [first] = treated;
      if (first && treated.every(({ unasked }) => unasked)) return { messages, stopped: first.result?.reason };
    }
  } finally {
    await showAgain(sqs, queues.deadLetterQueueUrl, kept);
  }
  return { messages };
}

interface Treated {
  readonly message: Message;
  /** Undefined for a message that this run has sent back before. */
  readonly result?: Redriven;
  readonly unasked?: boolean;
}

/** The reaper may set a message aside again at once, which would go on forever: such a message is kept. */
function treatBatch(
  sqs: SQSClient,
  letters: readonly DeadLetter[],
  options: RedriveOptions,
  sent: Set<string>,
): Promise<Treated[]> {
  return Promise.all(
    letters.map(async (letter) => {
      const { message, earlierId = "" } = letter;
      if (sent.has(earlierId)) return { message };
      return { message, ...(await treat(sqs, letter, options, sent)) };
    }),
  );
}

async function treat(
  sqs: SQSClient,
  letter: DeadLetter,
  { queues, dryRun, judge }: RedriveOptions,
  sent: Set<string>,
): Promise<Omit<Treated, "message">> {
  const { id, cause, group, instanceId, sentAt } = letter;
  const told = { id, cause, group, instanceId, since: new Date(sentAt).toISOString() };
  const { verdict, reason, fix, unasked } = await judge(letter);
  if (verdict === "stays") return { result: { ...told, outcome: "stays", reason, fix }, unasked };
  if (dryRun) return { result: { ...told, outcome: "would-go-back", reason } };
  try {
    sent.add(await sendBack(sqs, queues, letter.message));
    return { result: { ...told, outcome: "back", reason } };
  } catch (error) {
    return { result: { ...told, outcome: "failed", reason: describeError(error) } };
  }
}
