import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Mistake } from "../mistakes";
import { queuePolicy } from "./queue-policy";

/** A queue that exists, with the one its dead letters go to. */
export interface ExistingQueue {
  readonly url: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
  readonly deadLetterQueueUrl: pulumi.Input<string>;
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
   * for a queue and this one is not ours.
   *
   * @default a queue of its own, with its dead-letter queue
   */
  readonly queue?: ExistingQueue;
  /**
   * ARN of the customer-managed KMS key that encrypts topic and queues. Its key policy must let `sns.amazonaws.com` and
   * `autoscaling.amazonaws.com`'s service-linked role use it; `docs/notifications.md` has the statement.
   *
   * @default queues by a key of SQS, topic not at rest
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Times a message is received before it goes to the dead letters. @default 100, with 180 s about 5 hours of a Chef server's absence */
  readonly maxReceiveCount?: number;
  /** Seconds a received message stays hidden from other readers. @default six times the reader's time-out, the least AWS asks for */
  readonly visibilityTimeoutSeconds?: number;
}

export interface NotificationQueueArgs {
  /** Group whose launches and terminations are announced. */
  readonly autoScalingGroup: aws.autoscaling.Group;
  /** Seconds that whoever reads the queue may take for a message. */
  readonly readerTimeoutSeconds: number;
  readonly settings?: NotificationSettings;
}

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60;
const MOST_TOPICS = 10;

const EVENTS: aws.autoscaling.NotificationType[] = [
  "autoscaling:EC2_INSTANCE_LAUNCH",
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  "autoscaling:EC2_INSTANCE_TERMINATE",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
];

/** What AWS asks of a queue that a function reads: six times the function's time-out. */
export function visibilityFor(timeoutSeconds: number): number {
  return 6 * timeoutSeconds;
}

/**
 * Launch and terminate events of one group: SNS topic → encrypted SQS queue with a dead-letter queue. Only this topic may send.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
 */
export class NotificationQueue extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** Of queues of its own; undefined for one that exists. */
  readonly kmsKeyArn: pulumi.Input<string> | undefined;

  constructor(
    private readonly componentName: string,
    private readonly args: NotificationQueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:NotificationQueue", componentName, {}, options);
    const settings = args.settings ?? {};
    const topicArn = pulumi.output(settings.topicArn ?? this.createTopic(settings).arn);
    const queue = settings.queue ?? this.createQueues(settings, topicArn);
    const subscription = this.subscribe(topicArn, queue);
    this.announce([topicArn, ...(settings.moreTopicArns ?? [])], subscription);

    this.topicArn = topicArn;
    this.queueUrl = pulumi.output(queue.url);
    this.queueArn = pulumi.output(queue.arn);
    this.deadLetterQueueUrl = pulumi.output(queue.deadLetterQueueUrl);
    this.deadLetterQueueArn = pulumi.output(queue.deadLetterQueueArn);
    this.kmsKeyArn = settings.kmsKeyArn;
    this.registerOutputs({
      topicArn: this.topicArn,
      queueUrl: this.queueUrl,
      queueArn: this.queueArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }

  private createTopic({ kmsKeyArn }: NotificationSettings): aws.sns.Topic {
    return new aws.sns.Topic(`${this.componentName}-topic`, { kmsMasterKeyId: kmsKeyArn }, { parent: this });
  }

  private createQueues(settings: NotificationSettings, topicArn: pulumi.Output<string>): ExistingQueue {
    const deadLetters = this.createDeadLetters(settings);
    const queue = this.createQueue(settings, deadLetters);
    this.allowRedriveOnlyFrom(queue, deadLetters);
    // A subscription that is confirmed before the policy stands would lose its first messages, so it waits for the URL.
    const policy = new aws.sqs.QueuePolicy(
      `${this.componentName}-queue-policy`,
      { queueUrl: queue.url, policy: queuePolicy(topicArn, queue.arn) },
      { parent: this },
    );
    const arn = pulumi.all([queue.arn, policy.id]).apply(([queueArn]) => queueArn);
    return { url: queue.url, arn, deadLetterQueueUrl: deadLetters.url, deadLetterQueueArn: deadLetters.arn };
  }

  private createDeadLetters(settings: NotificationSettings): aws.sqs.Queue {
    return new aws.sqs.Queue(
      `${this.componentName}-dead-letters`,
      { messageRetentionSeconds: FOURTEEN_DAYS_SECONDS, ...encryption(settings) },
      { parent: this },
    );
  }

  private createQueue(settings: NotificationSettings, deadLetters: aws.sqs.Queue): aws.sqs.Queue {
    const redrivePolicy = deadLetters.arn.apply((deadLetterTargetArn) =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: settings.maxReceiveCount ?? 100 }),
    );
    return new aws.sqs.Queue(
      `${this.componentName}-queue`,
      {
        messageRetentionSeconds: FOURTEEN_DAYS_SECONDS,
        visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds ?? visibilityFor(this.args.readerTimeoutSeconds),
        receiveWaitTimeSeconds: 20,
        ...encryption(settings),
        redrivePolicy,
      },
      { parent: this },
    );
  }

  private allowRedriveOnlyFrom(queue: aws.sqs.Queue, deadLetters: aws.sqs.Queue): void {
    const redriveAllowPolicy = queue.arn.apply((arn) =>
      JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn] }),
    );
    new aws.sqs.RedriveAllowPolicy(
      `${this.componentName}-redrive-allow`,
      { queueUrl: deadLetters.url, redriveAllowPolicy },
      { parent: this },
    );
  }

  private subscribe(topicArn: pulumi.Output<string>, queue: ExistingQueue): aws.sns.TopicSubscription {
    return new aws.sns.TopicSubscription(
      `${this.componentName}-subscription`,
      { topic: topicArn, protocol: "sqs", endpoint: queue.arn },
      { parent: this },
    );
  }

  private announce(topicArns: readonly pulumi.Input<string>[], subscription: aws.sns.TopicSubscription): void {
    topicArns.forEach((topicArn, index) => {
      new aws.autoscaling.Notification(
        `${this.componentName}-notification${index === 0 ? "" : `-${index}`}`,
        { groupNames: [this.args.autoScalingGroup.name], notifications: EVENTS, topicArn },
        { parent: this, dependsOn: [subscription] },
      );
    });
  }
}

function encryption({ kmsKeyArn }: NotificationSettings): Partial<aws.sqs.QueueArgs> {
  return kmsKeyArn ? { kmsMasterKeyId: kmsKeyArn, kmsDataKeyReusePeriodSeconds: 300 } : { sqsManagedSseEnabled: true };
}

export function notificationMistakes(
  settings: NotificationSettings | undefined,
  readerTimeoutSeconds: number,
): Mistake[] {
  if (!settings) return [];
  const wrong: Mistake[] = [];
  const { visibilityTimeoutSeconds: visibility, maxReceiveCount, moreTopicArns = [] } = settings;
  const least = visibilityFor(readerTimeoutSeconds);
  if (visibility !== undefined && (!Number.isInteger(visibility) || visibility < least || visibility > 43_200)) {
    const expected = `${least} (six times the reader's ${readerTimeoutSeconds} s) to 43200 seconds`;
    const wayOut = "leave it out, or a message is handled twice at a time";
    wrong.push({ property: "notifications.visibilityTimeoutSeconds", value: visibility, expected, wayOut });
  }
  if (
    maxReceiveCount !== undefined &&
    (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000)
  ) {
    const wayOut = "too few make dead letters of a Chef server's short absence";
    wrong.push({ property: "notifications.maxReceiveCount", value: maxReceiveCount, expected: "1 to 1000", wayOut });
  }
  if (moreTopicArns.length > MOST_TOPICS - 1) {
    const expected = `at most ${MOST_TOPICS} topics, with the group's own`;
    const wayOut = "let one topic fan out to the others' subscribers";
    wrong.push({ property: "notifications.moreTopicArns", value: `${moreTopicArns.length} topics`, expected, wayOut });
  }
  return wrong;
}
