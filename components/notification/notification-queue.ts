import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface NotificationQueueArgs {
  /** Group whose launches and terminations are announced. */
  readonly autoScalingGroup: aws.autoscaling.Group;
  /** Seconds a received message stays hidden from other readers; at least six times the reader's time-out. */
  readonly visibilityTimeoutSeconds: number;
  /** Times a message is received before it goes to the dead letters. @default 100, with 180 s about 5 hours of a Chef server's absence */
  readonly maxReceiveCount?: number;
}

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60;

const EVENTS: aws.autoscaling.NotificationType[] = [
  "autoscaling:EC2_INSTANCE_LAUNCH",
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  "autoscaling:EC2_INSTANCE_TERMINATE",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
];

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

  constructor(name: string, args: NotificationQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:NotificationQueue", name, {}, options);
    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
    const deadLetters = this.createDeadLetters(name);
    const queue = this.createQueue(name, args, deadLetters);
    this.allowRedriveOnlyFrom(name, queue, deadLetters);
    const subscription = this.subscribe(name, topic, queue);
    this.announce(name, args.autoScalingGroup, topic, subscription);

    this.topicArn = topic.arn;
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLetterQueueUrl = deadLetters.url;
    this.deadLetterQueueArn = deadLetters.arn;
    this.registerOutputs({
      topicArn: this.topicArn,
      queueUrl: this.queueUrl,
      queueArn: this.queueArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }

  private createDeadLetters(name: string): aws.sqs.Queue {
    return new aws.sqs.Queue(
      `${name}-dead-letters`,
      { messageRetentionSeconds: FOURTEEN_DAYS_SECONDS, sqsManagedSseEnabled: true },
      { parent: this },
    );
  }

  private createQueue(name: string, args: NotificationQueueArgs, deadLetters: aws.sqs.Queue): aws.sqs.Queue {
    const redrivePolicy = deadLetters.arn.apply((deadLetterTargetArn) =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: args.maxReceiveCount ?? 100 }),
    );
    return new aws.sqs.Queue(
      `${name}-queue`,
      {
        messageRetentionSeconds: FOURTEEN_DAYS_SECONDS,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        receiveWaitTimeSeconds: 20,
        sqsManagedSseEnabled: true,
        redrivePolicy,
      },
      { parent: this },
    );
  }

  private allowRedriveOnlyFrom(name: string, queue: aws.sqs.Queue, deadLetters: aws.sqs.Queue): void {
    const redriveAllowPolicy = queue.arn.apply((arn) =>
      JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn] }),
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-redrive-allow`,
      { queueUrl: deadLetters.url, redriveAllowPolicy },
      { parent: this },
    );
  }

  private subscribe(name: string, topic: aws.sns.Topic, queue: aws.sqs.Queue): aws.sns.TopicSubscription {
    const policy = new aws.sqs.QueuePolicy(
      `${name}-queue-policy`,
      { queueUrl: queue.url, policy: onlyThisTopic(topic.arn, queue.arn) },
      { parent: this },
    );
    return new aws.sns.TopicSubscription(
      `${name}-subscription`,
      { topic: topic.arn, protocol: "sqs", endpoint: queue.arn },
      { parent: this, dependsOn: [policy] },
    );
  }

  private announce(
    name: string,
    group: aws.autoscaling.Group,
    topic: aws.sns.Topic,
    subscription: aws.sns.TopicSubscription,
  ): void {
    new aws.autoscaling.Notification(
      `${name}-notification`,
      { groupNames: [group.name], notifications: EVENTS, topicArn: topic.arn },
      { parent: this, dependsOn: [subscription] },
    );
  }
}

function onlyThisTopic(topicArn: pulumi.Output<string>, queueArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyThisTopic",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  });
}
