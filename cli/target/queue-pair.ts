import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { NOT_SHOWN, shownText } from "../../chef/keys";
import { quote } from "../../chef/names";
import { isRecord, parseJson } from "../../common/json";
import { UsageError } from "../command/exit";

export interface QueuePair {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

export type QueueAttributes = Readonly<Record<string, string>>;

/** The region in a queue's URL, so that it need not be given. */
export function regionOfQueue(queueUrl: string | undefined): string | undefined {
  return /^https:\/\/sqs(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(queueUrl ?? "")?.[1];
}

/** @throws UsageError with all mistakes that the two URLs themselves show */
export function checkQueueUrls({ queueUrl, deadLetterQueueUrl }: QueuePair, region: string | undefined): void {
  const wrong = [mistakeIn("--queue-url", queueUrl), mistakeIn("--dead-letter-queue-url", deadLetterQueueUrl)].flatMap(
    (issue) => issue ?? [],
  );
  if (wrong.length === 0 && queueUrl === deadLetterQueueUrl) {
    wrong.push(`'--queue-url' and '--dead-letter-queue-url' are the same queue, ${quote(queueUrl)}; give both queues`);
  }
  for (const url of wrong.length === 0 ? [queueUrl, deadLetterQueueUrl] : []) {
    const own = regionOfQueue(url);
    if (own !== undefined && region !== undefined && own !== region) {
      wrong.push(
        `the queue ${quote(url)} is in ${own}, but '--region' or AWS_REGION is '${region}'; use '--region ${own}'`,
      );
    }
  }
  if (wrong.length > 0) throw new UsageError(wrong.join("; "));
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}(\.fifo)?$/;

function mistakeIn(option: string, url: string): string | undefined {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return undefined;
  const last = url.split(/[:/]/).at(-1) ?? "";
  // The last line of a key would look like a name
  const name = QUEUE_NAME.test(last) && shownText(url) !== NOT_SHOWN ? last : "NAME";
  return `'${option}' is ${quote(url)}, not a URL; 'aws sqs get-queue-url --queue-name ${name}' shows it`;
}

/**
 * Verifies by the redrive policy that messages of the one queue move to the other, before anything is moved.
 *
 * @returns the attributes of the dead-letter queue
 * @throws UsageError if they are swapped, or do not belong together; SQS's error if it does not respond
 */
export async function proveQueuePair(
  sqs: SQSClient,
  { queueUrl, deadLetterQueueUrl }: QueuePair,
): Promise<QueueAttributes> {
  const [queue, dead] = [await queueAttributes(sqs, queueUrl), await queueAttributes(sqs, deadLetterQueueUrl)];
  const target = deadLetterTarget(queue);
  if (target !== undefined && target === dead.QueueArn) return dead;
  if (deadLetterTarget(dead) === queue.QueueArn) {
    throw new UsageError("'--queue-url' and '--dead-letter-queue-url' are swapped: exchange them");
  }
  const sets = target === undefined ? "has no redrive policy" : `has the dead-letter queue '${target}'`;
  throw new UsageError(
    `the queues do not belong together: ${quote(queueUrl)} ${sets}, '--dead-letter-queue-url' is '${dead.QueueArn}'; ` +
      (target === undefined
        ? "give the queue its redrive policy, for example by 'pulumi up'"
        : "name the queue's own dead-letter queue"),
  );
}

/** Number of a queue's messages, with those that another reader has received and not deleted. */
export function messagesIn({
  ApproximateNumberOfMessages: visible = "0",
  ApproximateNumberOfMessagesNotVisible: hidden = "0",
}: QueueAttributes): number {
  return Number(visible) + Number(hidden);
}

export async function queueAttributes(sqs: SQSClient, url: string): Promise<QueueAttributes> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
  return answer.Attributes ?? {};
}

function deadLetterTarget({ RedrivePolicy = "" }: QueueAttributes): string | undefined {
  const policy = parseJson(RedrivePolicy);
  return isRecord(policy) && typeof policy.deadLetterTargetArn === "string" ? policy.deadLetterTargetArn : undefined;
}
