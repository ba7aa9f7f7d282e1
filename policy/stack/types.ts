/** Pulumi's tokens of the resource types that the rules look at. */
export const TYPE = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  ami: "aws:ec2/ami:Ami",
  amiCopy: "aws:ec2/amiCopy:AmiCopy",
  amiFromInstance: "aws:ec2/amiFromInstance:AmiFromInstance",
  amiLaunchPermission: "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
  attachment: "aws:autoscaling/attachment:Attachment",
  batchEnvironment: "aws:batch/computeEnvironment:ComputeEnvironment",
  builderImage: "aws:imagebuilder/image:Image",
  builderInfrastructure: "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
  builderPipeline: "aws:imagebuilder/imagePipeline:ImagePipeline",
  command: "command:local:Command",
  defaultSecurityGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  ebsEncryptionByDefault: "aws:ebs/encryptionByDefault:EncryptionByDefault",
  eventRule: "aws:cloudwatch/eventRule:EventRule",
  eventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  eventTarget: "aws:cloudwatch/eventTarget:EventTarget",
  fleet: "aws:ec2/fleet:Fleet",
  function: "aws:lambda/function:Function",
  functionUrl: "aws:lambda/functionUrl:FunctionUrl",
  group: "aws:autoscaling/group:Group",
  groupPolicy: "aws:iam/groupPolicy:GroupPolicy",
  groupPolicyAttachment: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  instance: "aws:ec2/instance:Instance",
  launchConfiguration: "aws:ec2/launchConfiguration:LaunchConfiguration",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  lifecycleHook: "aws:autoscaling/lifecycleHook:LifecycleHook",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  managedPolicyAttachment: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
  metadataDefaults: "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
  nativeGroup: "aws-native:autoscaling:AutoScalingGroup",
  nativeInstance: "aws-native:ec2:Instance",
  nativeLaunchConfiguration: "aws-native:autoscaling:LaunchConfiguration",
  nativeLaunchTemplate: "aws-native:ec2:LaunchTemplate",
  nodeGroup: "aws:eks/nodeGroup:NodeGroup",
  notification: "aws:autoscaling/notification:Notification",
  permission: "aws:lambda/permission:Permission",
  permissionSetInlinePolicy: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
  policyAttachment: "aws:iam/policyAttachment:PolicyAttachment",
  policyDocument: "aws:iam/policy:Policy",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  redrivePolicy: "aws:sqs/redrivePolicy:RedrivePolicy",
  remoteCommand: "command:remote:Command",
  role: "aws:iam/role:Role",
  rollout: "pulumi-nodejs:dynamic/chef-autoscaling:Rollout",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  rolePolicyAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  rolePolicyAttachments: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  scalingPolicy: "aws:autoscaling/policy:Policy",
  schedule: "aws:autoscaling/schedule:Schedule",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  spotFleet: "aws:ec2/spotFleetRequest:SpotFleetRequest",
  spotInstance: "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  ssmParameter: "aws:ssm/parameter:Parameter",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  topicSubscription: "aws:sns/topicSubscription:TopicSubscription",
  trafficSource: "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
  userPolicy: "aws:iam/userPolicy:UserPolicy",
  userPolicyAttachment: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
} as const;

/** What launches instances, and has an image and settings of its own for them. */
export const LAUNCHERS = [TYPE.launchTemplate, TYPE.launchConfiguration, TYPE.instance, TYPE.spotInstance] as const;

/** Everything that launches instances or says how. */
export const LAUNCHING: readonly string[] = [
  ...LAUNCHERS,
  ...[TYPE.group, TYPE.fleet, TYPE.spotFleet, TYPE.nodeGroup, TYPE.batchEnvironment],
  ...[TYPE.nativeLaunchTemplate, TYPE.nativeLaunchConfiguration, TYPE.nativeGroup, TYPE.nativeInstance],
];

/** Commands of the command provider. */
export const COMMANDS: readonly string[] = [TYPE.command, TYPE.remoteCommand];

/** Launch templates, of either provider. */
export const TEMPLATES: readonly string[] = [TYPE.launchTemplate, TYPE.nativeLaunchTemplate];
