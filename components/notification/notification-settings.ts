import type * as pulumi from "@pulumi/pulumi";
import type { ValidationIssue } from "../validation/issues";

/** A queue that exists, with the one its dead letters go to. */
export interface ExistingQueue {
  /** Its URL. */
  readonly url: pulumi.Input<string>;
  /** Its ARN. */
  readonly arn: pulumi.Input<string>;
  /** URL of the queue its dead letters go to. */
  readonly deadLetterQueueUrl: pulumi.Input<string>;
  /** ARN of that queue. */
  readonly deadLetterQueueArn: pulumi.Input<string>;
}

/** Where a group's launches and terminations are announced. */
export interface NotificationSettings {
  /** A topic that exists; its policy must let Auto Scaling publish. @default a topic of its own */
  readonly topicArn?: pulumi.Input<string>;
  /** More topics that hear the same, ten with the first. @default none */
  readonly moreTopicArns?: readonly pulumi.Input<string>[];
  /**
   * A queue that exists; its own policy must let the topic send, as `queuePolicy` writes it, since AWS knows one policy
   * for a queue and this one is not ours. Excludes `maxReceiveCount` and `visibilityTimeoutSeconds`, which are the queue's own.
   *
   * @default a queue of its own, with its dead-letter queue
   */
  readonly queue?: ExistingQueue;
  /**
   * ARN of the customer-managed KMS key that encrypts topic and queues. Its key policy must let `sns.amazonaws.com` and
   * `autoscaling.amazonaws.com`'s service-linked role use it; `docs/notifications.md` has the statement. Excludes `createKey`.
   *
   * @default queues by a key of SQS, topic not at rest
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Makes such a key, with such a policy, for this group alone. Excludes `kmsKeyArn`, and `topicArn` with `queue`. @default false */
  readonly createKey?: boolean;
  /** Times a message is received before it goes to the dead letters. @default 100, about 15 hours of a Chef server's absence */
  readonly maxReceiveCount?: number;
  /** Seconds a received message stays hidden from other readers. @default six times the reader's time-out, the least AWS asks for */
  readonly visibilityTimeoutSeconds?: number;
}

/** As AWS has it. */
const MOST_TOPICS = 10;

/** What AWS asks of a queue that a function reads: six times the function's time-out. */
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
    const fix = "leave it out, or a message is handled twice at a time";
    wrong.push({ property: "notifications.visibilityTimeoutSeconds", value: visibility, expected, fix });
  }
  if (settings.createKey && settings.kmsKeyArn) {
    const expected = "either 'createKey' or 'kmsKeyArn'";
    wrong.push({ property: "notifications.createKey", value: true, expected, fix: "leave one of them out" });
  }
  wrong.push(...givenPartIssues(settings));
  if (moreTopicArns.length > MOST_TOPICS - 1) {
    const expected = `at most ${MOST_TOPICS} topics, with the group's own`;
    const fix = "let one topic fan out to the others' subscribers";
    wrong.push({ property: "notifications.moreTopicArns", value: `${moreTopicArns.length} topics`, expected, fix });
  }
  return wrong;
}

/** What would have no effect on parts that exist, and that nobody here may change. */
function givenPartIssues(settings: NotificationSettings): ValidationIssue[] {
  const { queue, topicArn, createKey } = settings;
  if (!queue) return [];
  const wrong = (["maxReceiveCount", "visibilityTimeoutSeconds"] as const)
    .filter((name) => settings[name] !== undefined)
    .map((name): ValidationIssue => {
      const fix = "set it where the queue is declared, and leave it out here";
      return { property: `notifications.${name}`, value: settings[name], expected: "none beside 'queue'", fix };
    });
  if (!createKey || !topicArn) return wrong;
  const expected = "none beside both 'topicArn' and 'queue', as it would encrypt nothing";
  const fix = "name the key that encrypts them in 'kmsKeyArn', or leave it out";
  return [...wrong, { property: "notifications.createKey", value: true, expected, fix }];
}
