import type * as aws from "@pulumi/aws";

/** Every resource of AWS that a group declares, by the name under which the rest of its properties is passed on. */
export interface ProviderArgs {
  /** The launch template. */
  readonly launchTemplate: aws.ec2.LaunchTemplateArgs;
  /** The launch configuration, with `launch: "configuration"`. */
  readonly launchConfiguration: aws.ec2.LaunchConfigurationArgs;
  /** The Auto Scaling Group itself. */
  readonly group: aws.autoscaling.GroupArgs;
  /** The instances' own security group, where none are given. */
  readonly securityGroup: aws.ec2.SecurityGroupArgs;
  /** The role of the instances. */
  readonly instanceRole: aws.iam.RoleArgs;
  /** The one role of a `ServiceRole` of its own. */
  readonly role: aws.iam.RoleArgs;
  /** The instance profile. */
  readonly instanceProfile: aws.iam.InstanceProfileArgs;
  /** Each grant by which Auto Scaling uses the key of a volume, as of `rootVolume.kmsKeyArn`. */
  readonly volumeKeyGrant: aws.kms.GrantArgs;
  /** The hook in which an instance waits before it serves. */
  readonly launchHook: aws.autoscaling.LifecycleHookArgs;
  /** The hook of `hooks.terminate`. */
  readonly terminateHook: aws.autoscaling.LifecycleHookArgs;
  /** The role by which Auto Scaling announces the hook of `hooks.terminate`. */
  readonly hookRole: aws.iam.RoleArgs;
  /** Each policy of `scaling.out`, `scaling.in`, `scaling.targets` and `scaling.predictive`. */
  readonly scalingPolicy: aws.autoscaling.PolicyArgs;
  /** Each alarm of `scaling.out` and `scaling.in`. */
  readonly scalingAlarm: aws.cloudwatch.MetricAlarmArgs;
  /** The topic on which launches and terminations are announced. */
  readonly topic: aws.sns.TopicArgs;
  /** The queue that the reaper reads. */
  readonly queue: aws.sqs.QueueArgs;
  /** The queue of messages that the reaper could not act on. */
  readonly deadLetterQueue: aws.sqs.QueueArgs;
  /** What brings the topic's messages to the queue. */
  readonly subscription: aws.sns.TopicSubscriptionArgs;
  /** The key of `notifications.createKey`. */
  readonly notificationKey: aws.kms.KeyArgs;
  /** The reaper's function. */
  readonly function: aws.lambda.FunctionArgs;
  /** What hands the queue's messages to the function. */
  readonly eventSourceMapping: aws.lambda.EventSourceMappingArgs;
  /** The role in which the reaper works, as a function or as a service's task. */
  readonly reaperRole: aws.iam.RoleArgs;
  /** The reaper's own security group, where it runs in a VPC and none are given. */
  readonly reaperSecurityGroup: aws.ec2.SecurityGroupArgs;
  /** The log of the reaper's function or service. */
  readonly logGroup: aws.cloudwatch.LogGroupArgs;
  /** The function that reconciles. */
  readonly reconcileFunction: aws.lambda.FunctionArgs;
  /** Its role. */
  readonly reconcileRole: aws.iam.RoleArgs;
  /** Its log. */
  readonly reconcileLogGroup: aws.cloudwatch.LogGroupArgs;
  /** What becomes of a run that fails. */
  readonly reconcileInvokeConfig: aws.lambda.FunctionEventInvokeConfigArgs;
  /** The rule that calls the function that reconciles. */
  readonly reconcileRule: aws.cloudwatch.EventRuleArgs;
  /** What the rule calls. */
  readonly reconcileTarget: aws.cloudwatch.EventTargetArgs;
  /** The cluster of the reaper's service, where none is given. */
  readonly cluster: aws.ecs.ClusterArgs;
  /** The task definition of the reaper's service. */
  readonly task: aws.ecs.TaskDefinitionArgs;
  /** The reaper's service. */
  readonly service: aws.ecs.ServiceArgs;
  /** The role by which Fargate starts the service's tasks. */
  readonly executionRole: aws.iam.RoleArgs;
  /** The bounds of the service's number of tasks. */
  readonly taskScalingTarget: aws.appautoscaling.TargetArgs;
  /** Each of the two alarms that change the number of tasks. */
  readonly taskScalingAlarm: aws.cloudwatch.MetricAlarmArgs;
  /** Each alarm on the reaper and on missing instances. */
  readonly alarm: aws.cloudwatch.MetricAlarmArgs;
  /** The dashboard. */
  readonly dashboard: aws.cloudwatch.DashboardArgs;
}

export type ResourceName = keyof ProviderArgs;

/** Those that a group declares. */
export type GroupResource = Exclude<ResourceName, "role">;

/** For each property that the component decides, checks or wires: what to do instead of passing it on. */
export type Owned<Args> = { readonly [K in keyof Args]?: string };

/** Says which argument has it. */
export function use(...paths: readonly string[]): string {
  return `use ${paths.map((path) => `'${path}'`).join(" or ")}`;
}

/** The same of each resource. */
export const everywhere = { region: "set 'aws:region', or give the component a provider of another region" };

/** Of what stands several times in one group. */
export const severalTimes = { name: "leave it out: there are several, and Pulumi names each of them" };
