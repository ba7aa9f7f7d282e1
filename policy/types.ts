/** Pulumi's tokens of the resource types that the rules look at. */
export const TYPE = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  amiCopy: "aws:ec2/amiCopy:AmiCopy",
  command: "command:local:Command",
  eventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  function: "aws:lambda/function:Function",
  group: "aws:autoscaling/group:Group",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  instance: "aws:ec2/instance:Instance",
  launchConfiguration: "aws:ec2/launchConfiguration:LaunchConfiguration",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  lifecycleHook: "aws:autoscaling/lifecycleHook:LifecycleHook",
  notification: "aws:autoscaling/notification:Notification",
  permission: "aws:lambda/permission:Permission",
  policyDocument: "aws:iam/policy:Policy",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  redrivePolicy: "aws:sqs/redrivePolicy:RedrivePolicy",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  scalingPolicy: "aws:autoscaling/policy:Policy",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  ssmParameter: "aws:ssm/parameter:Parameter",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  topicSubscription: "aws:sns/topicSubscription:TopicSubscription",
  trafficSource: "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
  attachment: "aws:autoscaling/attachment:Attachment",
} as const;

/** What launches instances, and so has an image. */
export const LAUNCHERS = [TYPE.launchTemplate, TYPE.launchConfiguration, TYPE.instance] as const;
