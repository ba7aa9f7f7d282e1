import { SQSClient } from "@aws-sdk/client-sqs";
import { awsClient } from "../../aws/client";
import { isRecord, parseJson } from "../../common/json";
import { CAUSES } from "../dead-letters/causes";
import { byCause, type DeadLetter, type DeadLetterGroup, deadLetterOf } from "../dead-letters/dead-letter";
import { HIDDEN_FIX, receiveOnce, showAgain } from "../dead-letters/receive";
import {
  type QueueAttributes as Attributes,
  queueAttributes as attributesOf,
  messagesIn,
  type QueuePair,
} from "../target/queue-pair";
import { age, counted } from "../terminal/text";
import { attempt, type Check, failed, ok, skipped, warning } from "./check";

/** Number of dead letters that are read; the rest is only counted. */
const PEEKED = 100;
const HIDDEN_SECONDS = 60;
const LEAST_TIMES_TIMEOUT = 6;

/** @param readerTimeoutSeconds of the function that reads the queue, if known */
export async function checkQueues(
  { queueUrl, deadLetterQueueUrl }: QueuePair,
  region: string | undefined,
  readerTimeoutSeconds: number | undefined,
): Promise<Check[]> {
  const sqs = awsClient(SQSClient, region);
  let queue: Attributes = {};
  let dead: Attributes = {};
  const reached = await attempt("queue", async () => {
    queue = await attributesOf(sqs, queueUrl);
    return judgeBacklog(queue);
  });
  const deadReached = await attempt("dead letters", async () => {
    dead = await attributesOf(sqs, deadLetterQueueUrl);
    return ok("dead letters", "none");
  });
  const checks = [reached];
  if (reached.status !== "failed") {
    checks.push(judgePolicy(queue), judgeVisibility(queue, readerTimeoutSeconds));
    if (deadReached.status === "ok") checks.push(judgeRedrive(queue, dead));
  }
  const letters = messagesIn(dead);
  if (letters === 0) return [...checks, deadReached];
  return [...checks, ...(await explainDeadLetters(sqs, deadLetterQueueUrl, letters))];
}

/** Visible messages may have arrived just now; otherwise, nothing reads the queue. */
export function judgeBacklog({
  ApproximateNumberOfMessages: visible = "0",
  ApproximateNumberOfMessagesNotVisible: hidden = "0",
}: Attributes): Check {
  const [waiting, inHand] = [Number(visible), Number(hidden)];
  const said = `${counted(waiting, "message")} waiting, ${inHand.toLocaleString("en")} in hand`;
  if (waiting === 0 || inHand > 0) return ok("queue", said);
  const fix =
    "check again in a minute; if the messages are still waiting, nothing reads the queue: start its function, service or worker";
  return warning("queue", said, fix);
}

/** Whether SNS may send: otherwise nothing arrives, and nobody notices. */
export function judgePolicy({ Policy = "" }: Attributes): Check {
  const policy = parseJson(Policy);
  const statements = isRecord(policy) && Array.isArray(policy.Statement) ? policy.Statement.filter(isRecord) : [];
  const lets = statements.some(({ Effect, Principal }) => Effect === "Allow" && includesSns(Principal));
  if (lets) return ok("policy", "the topic may send to the queue");
  const fix =
    "give it the policy that 'queuePolicy(topicArn, queueArn)' of the package returns, see docs/notifications.md";
  return failed(
    "policy",
    "the queue's policy does not let the topic send, so no termination notifications arrive",
    fix,
  );
}

function includesSns(principal: unknown): boolean {
  return principal === "*" || JSON.stringify(principal ?? "").match(/"(\*|sns\.amazonaws\.com)"/) !== null;
}

/** A failed message must become visible again, but not while it is still being processed. */
export function judgeVisibility({ VisibilityTimeout = "0" }: Attributes, readerSeconds: number | undefined): Check {
  const said = `the visibility timeout is ${VisibilityTimeout} s`;
  if (readerSeconds === undefined) return skipped("visibility", `${said}; no function to compare it with`);
  const least = LEAST_TIMES_TIMEOUT * readerSeconds;
  if (Number(VisibilityTimeout) >= least) return ok("visibility", `${said}, the function's timeout ${readerSeconds} s`);
  const fix = `set it to ${least} s or more, six times the function's timeout, as AWS recommends`;
  return warning("visibility", `${said}, but the function's timeout is ${readerSeconds} s`, fix);
}

/** Whether messages that keep failing are moved to the expected dead-letter queue, and kept as long there. */
export function judgeRedrive(queue: Attributes, dead: Attributes): Check {
  const redrive = parseJson(queue.RedrivePolicy ?? "");
  if (!isRecord(redrive)) {
    return failed(
      "redrive",
      "messages that keep failing are not moved to a dead-letter queue",
      "give the queue a redrive policy, for example by 'pulumi up'",
    );
  }
  const { deadLetterTargetArn, maxReceiveCount } = redrive;
  if (deadLetterTargetArn !== dead.QueueArn) {
    const message = `the queue's dead-letter queue is '${deadLetterTargetArn}', but the command was given '${dead.QueueArn}'`;
    return failed("redrive", message, "name the right queue with '--dead-letter-queue-url'");
  }
  const [kept = 0, keptDead = 0] = [queue, dead].map((one) => Number(one.MessageRetentionPeriod));
  if (keptDead < kept) {
    const message = `dead letters are kept for ${days(keptDead)}, less than the queue's ${days(kept)}`;
    return warning("redrive", message, "set their retention to 14 days: a message keeps its age when it is moved");
  }
  return ok("redrive", `moved after ${maxReceiveCount} receives, kept for ${days(keptDead)}`);
}

function days(seconds: number): string {
  return counted(Math.round(seconds / 8640) / 10, "day");
}

async function explainDeadLetters(sqs: SQSClient, url: string, total: number): Promise<Check[]> {
  const letters: DeadLetter[] = [];
  const peeked = await attempt("dead letters", async () => {
    const { signal } = new AbortController();
    const options = { limit: PEEKED, hiddenSeconds: HIDDEN_SECONDS, signal };
    for await (const messages of receiveOnce(sqs, url, options)) {
      letters.push(...messages.map(deadLetterOf));
    }
    const of = letters.length < total ? `, ${letters.length} of them checked` : "";
    const hidden = letters.length < Math.min(total, PEEKED);
    return warning("dead letters", `${counted(total, "message")}${of}`, ...(hidden ? [HIDDEN_FIX] : []));
  });
  await showAgain(
    sqs,
    url,
    letters.map(({ message }) => message),
  );
  return [peeked, ...byCause(letters).map(explain)];
}

function explain({ cause, count, oldestSentAt, example }: DeadLetterGroup): Check {
  const { means, fix } = CAUSES[cause];
  const said = example ? `, as "${example}"` : "";
  const old = age(Date.now() - oldestSentAt);
  return warning(cause, `${counted(count, "message")}, up to ${old} old: ${means}${said}`, fix);
}
