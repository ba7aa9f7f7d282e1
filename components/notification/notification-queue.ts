import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NOTIFIED } from "../../contract/auto-scaling-events";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { idleIssues, isYours, type Presence, type PresenceOf } from "../pass-through/presence";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { createNotificationKey } from "./notification-key";
import { type ExistingQueue, type NotificationSettings, visibilityFor } from "./notification-settings";
import { notificationQueueShape } from "./notification-shape";
import { queuePolicy } from "./queue-policy";

/** Which group's notifications a queue receives, and for which reader. */
export interface NotificationQueueArgs {
  /** Group whose launches and terminations are reported. */
  readonly autoScalingGroup: aws.autoscaling.Group;
  /** Role with which Auto Scaling publishes, and which the key of `createKey` allows. @default AWSServiceRoleForAutoScaling */
  readonly serviceLinkedRoleArn?: pulumi.Input<string | undefined>;
  /** Seconds that the reader of the queue may take for a message. */
  readonly readerTimeoutSeconds: number;
  /** Existing topic, queue and key, retries and timeouts. @default everything is created */
  readonly settings?: NotificationSettings;
  /** Additional properties of the resources, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<NotificationResource>;
}

/** The resources of a notification queue, as `passOn` names them. */
export type NotificationResource = "topic" | "queue" | "deadLetterQueue" | "subscription" | "notificationKey";

const OWN_QUEUE: Presence<NotificationQueueArgs> = [({ settings }) => !settings?.queue, isYours("settings.queue")];

const PRESENCE: PresenceOf<NotificationQueueArgs, NotificationResource> = {
  topic: [({ settings }) => !settings?.topicArn, isYours("settings.topicArn")],
  queue: OWN_QUEUE,
  deadLetterQueue: OWN_QUEUE,
  notificationKey: [({ settings }) => settings?.createKey === true, "remove it, or set 'settings.createKey'"],
};

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60;

/**
 * Launch and termination notifications of one group: an SNS topic, and an encrypted SQS queue with a dead-letter queue. The queue's policy
 * lets only this topic send, and nobody from another account.
 *
 * @example
 * ```ts
 * const events = new NotificationQueue("web-events", { autoScalingGroup: group, readerTimeoutSeconds: 30 });
 * export const queueUrl = events.queueUrl;
 * ```
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
 */
export class NotificationQueue extends pulumi.ComponentResource {
  /** ARN of the topic that Auto Scaling publishes to. */
  readonly topicArn: pulumi.Output<string>;
  /** URL of the queue that the reaper reads. */
  readonly queueUrl: pulumi.Output<string>;
  /** ARN of the queue that the reaper reads. */
  readonly queueArn: pulumi.Output<string>;
  /** URL of the dead-letter queue, with the messages that the reaper could not process. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** ARN of the dead-letter queue. */
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** ARN of the KMS key that encrypts topic and queues; undefined if SQS's own key does. */
  readonly kmsKeyArn: pulumi.Input<string> | undefined;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(
    private readonly componentName: string,
    private readonly args: NotificationQueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:NotificationQueue", componentName, {}, options);
    raise(
      `Queue "${componentName}"`,
      argumentIssues(args, notificationQueueShape, [
        ({ passOn }) => passOnIssues(passOn),
        (all) => idleIssues(all, PRESENCE),
      ]),
    );
    const settings = this.withKey(args.settings ?? {});
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
    this.registerOutputs(outputsOf(this));
  }

  private withKey(settings: NotificationSettings): NotificationSettings {
    if (!settings.createKey) return settings;
    const { autoScalingGroup, serviceLinkedRoleArn, passOn } = this.args;
    const { topicArn } = settings;
    const parts = { autoScalingGroup, serviceLinkedRoleArn, topicArn, passedOn: passOn?.notificationKey };
    const key = createNotificationKey(this.componentName, parts, this);
    return { ...settings, kmsKeyArn: key.arn };
  }

  private createTopic({ kmsKeyArn }: NotificationSettings): aws.sns.Topic {
    const declare = (merged: aws.sns.TopicArgs) =>
      new aws.sns.Topic(`${this.componentName}-topic`, merged, { parent: this });
    return merge("topic", { kmsMasterKeyId: kmsKeyArn }, this.args.passOn?.topic, declare);
  }

  private createQueues(settings: NotificationSettings, topicArn: pulumi.Output<string>): ExistingQueue {
    const deadLetters = this.createDeadLetters(settings);
    const queue = this.createQueue(settings, deadLetters);
    this.allowRedriveOnlyFrom(queue, deadLetters);
    // A subscription that is confirmed before the policy is attached would lose its first messages, so
    // the subscription waits for the URL.
    const policy = new aws.sqs.QueuePolicy(
      `${this.componentName}-queue-policy`,
      { queueUrl: queue.url, policy: queuePolicy(topicArn, queue.arn) },
      { parent: this },
    );
    const arn = pulumi.all([queue.arn, policy.id]).apply(([queueArn]) => queueArn);
    return { url: queue.url, arn, deadLetterQueueUrl: deadLetters.url, deadLetterQueueArn: deadLetters.arn };
  }

  private createDeadLetters(settings: NotificationSettings): aws.sqs.Queue {
    return merge(
      "deadLetterQueue",
      { messageRetentionSeconds: FOURTEEN_DAYS_SECONDS, ...encryption(settings) },
      this.args.passOn?.deadLetterQueue,
      (merged) => new aws.sqs.Queue(`${this.componentName}-dead-letters`, merged, { parent: this }),
    );
  }

  private createQueue(settings: NotificationSettings, deadLetters: aws.sqs.Queue): aws.sqs.Queue {
    const redrivePolicy = deadLetters.arn.apply((deadLetterTargetArn) =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: settings.maxReceiveCount ?? 100 }),
    );
    return merge(
      "queue",
      {
        messageRetentionSeconds: FOURTEEN_DAYS_SECONDS,
        visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds ?? visibilityFor(this.args.readerTimeoutSeconds),
        receiveWaitTimeSeconds: 20,
        ...encryption(settings),
        redrivePolicy,
      },
      this.args.passOn?.queue,
      (merged) => new aws.sqs.Queue(`${this.componentName}-queue`, merged, { parent: this }),
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
    return merge(
      "subscription",
      { topic: topicArn, protocol: "sqs", endpoint: queue.arn },
      this.args.passOn?.subscription,
      (merged) => new aws.sns.TopicSubscription(`${this.componentName}-subscription`, merged, { parent: this }),
    );
  }

  private announce(topicArns: readonly pulumi.Input<string>[], subscription: aws.sns.TopicSubscription): void {
    topicArns.forEach((topicArn, index) => {
      new aws.autoscaling.Notification(
        `${this.componentName}-notification${index === 0 ? "" : `-${index}`}`,
        { groupNames: [this.args.autoScalingGroup.name], notifications: Object.values(NOTIFIED), topicArn },
        { parent: this, dependsOn: [subscription] },
      );
    });
  }
}

function encryption({ kmsKeyArn }: NotificationSettings): Partial<aws.sqs.QueueArgs> {
  return kmsKeyArn ? { kmsMasterKeyId: kmsKeyArn, kmsDataKeyReusePeriodSeconds: 300 } : { sqsManagedSseEnabled: true };
}
