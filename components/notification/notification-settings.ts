import type * as pulumi from "@pulumi/pulumi";
import type { ValidationIssue } from "../validation/issues";

/** An existing queue with its dead-letter queue. */
export interface ExistingQueue {
  /** URL of the queue. */
  readonly url: pulumi.Input<string>;
  /** ARN of the queue. */
  readonly arn: pulumi.Input<string>;
  /** URL of its dead-letter queue. */
  readonly deadLetterQueueUrl: pulumi.Input<string>;
  /** ARN of its dead-letter queue. */
  readonly deadLetterQueueArn: pulumi.Input<string>;
}

/** Where notifications of a group's launches and terminations are sent. */
export interface NotificationSettings {
  /** ARN of an existing topic; its policy must let Auto Scaling publish. @default a new topic */
  readonly topicArn?: pulumi.Input<string>;
  /** ARNs of additional topics that get the same notifications; ten in total. @default none */
  readonly moreTopicArns?: readonly pulumi.Input<string>[];
  /**
   * An existing queue. Its policy must let the topic send, as `queuePolicy` writes it: a queue has only one policy, and the component does
   * not change that of an existing queue. Excludes `maxReceiveCount` and `visibilityTimeoutSeconds`, which are the queue's own.
   *
   * @default a new queue with its dead-letter queue
   */
  readonly queue?: ExistingQueue;
  /**
   * ARN of the customer-managed KMS key that encrypts topic and queues. Its key policy must allow `sns.amazonaws.com` and Auto Scaling's
   * service-linked role to use it; `docs/notifications.md` has the statements. Excludes `createKey`.
   *
   * @default queues with a key of SQS, topic not encrypted at rest
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Creates such a key, with such a policy, for this group. Excludes `kmsKeyArn`, and `topicArn` together with `queue`. @default false */
  readonly createKey?: boolean;
  /** Number of receives after which a message goes to the dead-letter queue. @default 100, about 15 hours of downtime of the Chef server */
  readonly maxReceiveCount?: number;
  /**
   * Seconds for which a received message is hidden from other readers. @default six times the reader's timeout, the minimum that AWS
   * recommends
   */
  readonly visibilityTimeoutSeconds?: number;
}

/** AWS's limit. */
const MOST_TOPICS = 10;

/** AWS's recommendation for a queue that a function reads: six times the function's timeout. */
export function visibilityFor(timeoutSeconds: number): number {
  return 6 * timeoutSeconds;
}

export function notificationIssues(
  settings: NotificationSettings | undefined,
  readerTimeoutSeconds: number,
): ValidationIssue[] {
  if (!settings) return [];
  const wrong: ValidationIssue[] = [];
  const { visibilityTimeoutSeconds: visibility, moreTopicArns = [] } = settings;
  const least = visibilityFor(readerTimeoutSeconds);
  if (!settings.queue && visibility !== undefined && (visibility < least || visibility > 43_200)) {
    const expected = `${least} (six times the reader's ${readerTimeoutSeconds} s) to 43200 seconds`;
    const fix = "leave it out, or messages may be processed twice at the same time";
    wrong.push({ property: "notifications.visibilityTimeoutSeconds", value: visibility, expected, fix });
  }
  if (settings.createKey && settings.kmsKeyArn) {
    const expected = "either 'createKey' or 'kmsKeyArn'";
    wrong.push({ property: "notifications.createKey", value: true, expected, fix: "leave out one of them" });
  }
  wrong.push(...givenPartIssues(settings));
  if (moreTopicArns.length > MOST_TOPICS - 1) {
    const expected = `at most ${MOST_TOPICS} topics, including the group's own`;
    const fix = "subscribe the others' subscribers to one topic";
    wrong.push({ property: "notifications.moreTopicArns", value: `${moreTopicArns.length} topics`, expected, fix });
  }
  return wrong;
}

/** Settings that would have no effect on existing parts, which the component does not change. */
function givenPartIssues(settings: NotificationSettings): ValidationIssue[] {
  const { queue, topicArn, createKey } = settings;
  if (!queue) return [];
  const wrong = (["maxReceiveCount", "visibilityTimeoutSeconds"] as const)
    .filter((name) => settings[name] !== undefined)
    .map((name): ValidationIssue => {
      const fix = "set it where the queue is declared, and leave it out here";
      return { property: `notifications.${name}`, value: settings[name], expected: "none with 'queue'", fix };
    });
  if (!createKey || !topicArn) return wrong;
  const expected = "none with both 'topicArn' and 'queue', since it would encrypt nothing";
  const fix = "set 'kmsKeyArn' to the key that encrypts them, or leave it out";
  return [...wrong, { property: "notifications.createKey", value: true, expected, fix }];
}
