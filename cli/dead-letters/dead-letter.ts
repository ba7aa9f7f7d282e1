import type { Message } from "@aws-sdk/client-sqs";
import { readMessage } from "../../reaper/message/message";
import { type CauseKind, causeOf } from "./causes";

/** A message that was moved to the dead-letter queue by the reaper, or by SQS after `maxReceiveCount`. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** Why the reaper moved it; undefined if SQS did. */
  readonly reason?: string;
  readonly cause: CauseKind;
  /** Its id in the reaper's queue, if the reaper moved it. */
  readonly earlierId?: string;
  /** Set for a termination. */
  readonly group?: string;
  readonly instanceId?: string;
  /** When it arrived here, milliseconds since 1970. */
  readonly sentAt: number;
  /** As it was received. */
  readonly message: Message;
}

export function deadLetterOf(message: Message): DeadLetter {
  const { MessageId = "", Body = "", Attributes, MessageAttributes } = message;
  const reason = MessageAttributes?.reason?.StringValue;
  const cause = causeOf({ cause: MessageAttributes?.cause?.StringValue, reason }, Body);
  const earlierId = MessageAttributes?.originalMessageId?.StringValue;
  const reading = readMessage(Body);
  const named = reading.kind === "termination" ? { group: reading.group, instanceId: reading.instanceId } : {};
  const sentAt = Number(Attributes?.SentTimestamp) || Date.now();
  return { id: MessageId, body: Body, reason, cause, earlierId, sentAt, message, ...named };
}

/** Dead letters with the same cause. */
export interface DeadLetterGroup {
  readonly cause: CauseKind;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly oldestSentAt: number;
  /** The reason of one of them. */
  readonly example?: string;
}

/** The largest first. */
export function byCause(letters: readonly DeadLetter[]): DeadLetterGroup[] {
  const causes = [...new Set(letters.map(({ cause }) => cause))];
  const groups = causes.map((cause) => {
    const own = letters.filter((letter) => letter.cause === cause);
    const oldestSentAt = Math.min(...own.map(({ sentAt }) => sentAt));
    return { cause, count: own.length, oldestSentAt, example: own.find(({ reason }) => reason)?.reason };
  });
  return groups.sort((a, b) => b.count - a.count);
}
