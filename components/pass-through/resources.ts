import type * as aws from "@pulumi/aws";

/** Every AWS resource that a group declares, by its name in `passOn`. */
export interface ProviderArgs {
  /** The launch template. */
  readonly launchTemplate: aws.ec2.LaunchTemplateArgs;
  /** The launch configuration, with `launch: "configuration"`. */
  readonly launchConfiguration: aws.ec2.LaunchConfigurationArgs;
  /** The Auto Scaling group itself. */
  readonly group: aws.autoscaling.GroupArgs;
  /** The instances' own security group, if none are given. */
  readonly securityGroup: aws.ec2.SecurityGroupArgs;
  /** The role of the instances. */
  readonly instanceRole: aws.iam.RoleArgs;
  /** The only role of a `ServiceRole` that is used on its own. */
  readonly role: aws.iam.RoleArgs;
  /** The instance profile. */
  readonly instanceProfile: aws.iam.InstanceProfileArgs;
  /** Each grant that lets Auto Scaling use the KMS key of a volume, such as `rootVolume.kmsKeyArn`. */
  readonly volumeKeyGrant: aws.kms.GrantArgs;
  /** The hook in which an instance waits before it goes into service. */
  readonly launchHook: aws.autoscaling.LifecycleHookArgs;
  /** The hook of `hooks.terminate`. */
  readonly terminateHook: aws.autoscaling.LifecycleHookArgs;
  /** The role with which Auto Scaling sends the notifications of `hooks.terminate`. */
  readonly hookRole: aws.iam.RoleArgs;
  /** Each policy of `scaling.out`, `scaling.in`, `scaling.targets` and `scaling.predictive`. */
  readonly scalingPolicy: aws.autoscaling.PolicyArgs;
  /** Each alarm of `scaling.out` and `scaling.in`. */
  readonly scalingAlarm: aws.cloudwatch.MetricAlarmArgs;
  /** The topic for launch and termination notifications. */
  readonly topic: aws.sns.TopicArgs;
  /** The queue that the reaper reads. */
  readonly queue: aws.sqs.QueueArgs;
  /** The dead-letter queue, with the messages that the reaper could not process. */
  readonly deadLetterQueue: aws.sqs.QueueArgs;
  /** The subscription that delivers the topic's messages to the queue. */
  readonly subscription: aws.sns.TopicSubscriptionArgs;
  /** The key of `notifications.createKey`. */
  readonly notificationKey: aws.kms.KeyArgs;
  /** The reaper's function. */
  readonly function: aws.lambda.FunctionArgs;
  /** The event source mapping that passes the queue's messages to the function. */
  readonly eventSourceMapping: aws.lambda.EventSourceMappingArgs;
  /** The role of the reaper, as a function or as a service's task. */
  readonly reaperRole: aws.iam.RoleArgs;
  /** The reaper's own security group, if it runs in a VPC and none are given. */
  readonly reaperSecurityGroup: aws.ec2.SecurityGroupArgs;
  /** The log group of the reaper's function or service. */
  readonly logGroup: aws.cloudwatch.LogGroupArgs;
  /** The function that reconciles. */
  readonly reconcileFunction: aws.lambda.FunctionArgs;
  /** The role of the function that reconciles. */
  readonly reconcileRole: aws.iam.RoleArgs;
  /** The log group of the function that reconciles. */
  readonly reconcileLogGroup: aws.cloudwatch.LogGroupArgs;
  /** How a failed run of the reconcile is handled. */
  readonly reconcileInvokeConfig: aws.lambda.FunctionEventInvokeConfigArgs;
  /** The rule that invokes the function that reconciles. */
  readonly reconcileRule: aws.cloudwatch.EventRuleArgs;
  /** The target of that rule. */
  readonly reconcileTarget: aws.cloudwatch.EventTargetArgs;
  /** The cluster of the reaper's service, if none is given. */
  readonly cluster: aws.ecs.ClusterArgs;
  /** The task definition of the reaper's service. */
  readonly task: aws.ecs.TaskDefinitionArgs;
  /** The reaper's service. */
  readonly service: aws.ecs.ServiceArgs;
  /** The role with which Fargate starts the service's tasks. */
  readonly executionRole: aws.iam.RoleArgs;
  /** The minimum and maximum number of the service's tasks. */
  readonly taskScalingTarget: aws.appautoscaling.TargetArgs;
  /** Each of the two alarms that change the number of tasks. */
  readonly taskScalingAlarm: aws.cloudwatch.MetricAlarmArgs;
  /** Each alarm for the reaper and for missing instances. */
  readonly alarm: aws.cloudwatch.MetricAlarmArgs;
  /** The dashboard. */
  readonly dashboard: aws.cloudwatch.DashboardArgs;
}

export type ResourceName = keyof ProviderArgs;

/** The resources that a group declares. */
export type GroupResource = Exclude<ResourceName, "role">;

/** For each property that the component sets or checks itself: what to do instead of passing it on. */
export type Owned<Args> = { readonly [K in keyof Args]?: string };

/** Names the argument to use instead. */
export function use(...paths: readonly string[]): string {
  return `use ${paths.map((path) => `'${path}'`).join(" or ")}`;
}

/** The same for every resource. */
export const everywhere = { region: "set 'aws:region', or give the component a provider for another region" };

/** For resources that exist several times in one group. */
export const severalTimes = {
  name: "leave it out: there are several of these resources, and Pulumi names each of them",
};
