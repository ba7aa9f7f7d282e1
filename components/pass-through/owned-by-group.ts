import type * as aws from "@pulumi/aws";
import { everywhere, type Owned, severalTimes, use } from "./resources";

const WIRED = "leave it out: the group wires its own parts";

const template = {
  ...everywhere,
  blockDeviceMappings: use("rootVolume", "instance.volumes"),
  defaultVersion: "leave it out: the group launches a version by its number, so that none is the default",
  description: "leave it out: it says what the instances converge to, for whoever reads a preview",
  hibernationOptions: use("warmPool.state"),
  iamInstanceProfile: use("instance.profileName", "passOn.instanceRole"),
  imageId: use("imageId"),
  instanceMarketOptions: use("mixedInstances.onDemandPercentage"),
  instanceRequirements: use("mixedInstances.instanceRequirements"),
  instanceType: use("instanceType"),
  keyName: use("keyName"),
  metadataOptions: use("instance.metadata"),
  monitoring: use("detailedMonitoring"),
  networkInterfaces: use("publicAddress", "securityGroupIds", "instance.ipv6AddressCount"),
  securityGroupNames: use("securityGroupIds"),
  tagSpecifications: use("tags"),
  updateDefaultVersion: "leave it out: the group launches a version by its number, so that none is the default",
  userData: use("runList", "attributes", "instance.userData"),
  vpcSecurityGroupIds: use("securityGroupIds"),
} satisfies Owned<aws.ec2.LaunchTemplateArgs>;

const configuration = {
  ...everywhere,
  associatePublicIpAddress: use("publicAddress"),
  ebsBlockDevices: use("instance.volumes"),
  enableMonitoring: use("detailedMonitoring"),
  iamInstanceProfile: use("instance.profileName", "passOn.instanceRole"),
  imageId: use("imageId"),
  instanceType: use("instanceType"),
  keyName: use("keyName"),
  metadataOptions: use("instance.metadata"),
  name: "use 'namePrefix' beside it: a changed image makes a new configuration before the old one goes",
  rootBlockDevice: use("rootVolume"),
  securityGroups: use("securityGroupIds"),
  userData: use("runList", "attributes", "instance.userData"),
  userDataBase64: use("runList", "attributes", "instance.userData"),
} satisfies Owned<aws.ec2.LaunchConfigurationArgs>;

const waiting = "use 'rollout': it waits until the instances have converged";

const group = {
  ...everywhere,
  availabilityZones: use("availabilityZones"),
  capacityRebalance: use("capacityRebalance"),
  defaultInstanceWarmup: use("defaultInstanceWarmupSeconds"),
  desiredCapacity: use("capacity.desired"),
  enabledMetrics: "leave it out: all are collected, and the alarms need them",
  healthCheckGracePeriod: use("health.gracePeriodSeconds"),
  healthCheckType: use("health.kind"),
  initialLifecycleHooks: use("hooks"),
  instanceMaintenancePolicy: use("maintenance"),
  instanceRefresh: use("rollout"),
  launchConfiguration: use("imageId", "instanceType"),
  launchTemplate: use("imageId", "instanceType"),
  loadBalancers: use("loadBalancerNames"),
  maxInstanceLifetime: use("maximumInstanceLifetimeSeconds"),
  maxSize: use("capacity.max"),
  metricsGranularity: "leave it out: all are collected, and the alarms need them",
  minElbCapacity: waiting,
  minSize: use("capacity.min"),
  mixedInstancesPolicy: use("mixedInstances"),
  name: use("groupName"),
  namePrefix: use("groupName"),
  protectFromScaleIn: use("protectFromScaleIn"),
  suspendedProcesses: use("suspendedProcesses"),
  tags: use("tags"),
  targetGroupArns: use("targetGroupArns"),
  terminationPolicies: use("terminationPolicies"),
  trafficSources: use("trafficSources"),
  vpcZoneIdentifiers: use("subnetIds"),
  waitForCapacityTimeout: waiting,
  waitForElbCapacity: waiting,
  warmPool: use("warmPool"),
} satisfies Owned<aws.autoscaling.GroupArgs>;

const securityGroup = {
  ...everywhere,
  egress: use("instance.egress"),
  ingress: use("ingress"),
  vpcId: use("subnetIds"),
} satisfies Owned<aws.ec2.SecurityGroupArgs>;

/** Of every role. */
export const role = {
  assumeRolePolicy: WIRED,
  inlinePolicies: "use 'managedPolicyArns' beside it: the provider would remove the role's own policy",
  permissionsBoundary: use("permissionsBoundary"),
} satisfies Owned<aws.iam.RoleArgs>;

const instanceRole = {
  ...role,
  inlinePolicies: use("instance.policyStatements"),
  managedPolicyArns: use("instance.managedPolicyArns"),
} satisfies Owned<aws.iam.RoleArgs>;

const volumeKeyGrant = {
  ...everywhere,
  keyId: use("rootVolume.kmsKeyArn", "instance.volumes"),
  operations: "leave it out, or set 'rootVolume.grantKey' to false and grant the key yourself",
} satisfies Owned<aws.kms.GrantArgs>;

const hook = {
  ...everywhere,
  autoscalingGroupName: WIRED,
  lifecycleTransition: WIRED,
  name: "leave it out: the instances know the hook by its name",
};

const launchHook = {
  ...hook,
  defaultResult: use("hooks.launch.defaultResult"),
  heartbeatTimeout: use("hooks.launch.heartbeatSeconds"),
} satisfies Owned<aws.autoscaling.LifecycleHookArgs>;

const terminateHook = {
  ...hook,
  defaultResult: use("hooks.terminate.defaultResult"),
  heartbeatTimeout: use("hooks.terminate.heartbeatSeconds"),
  notificationTargetArn: use("notifications.topicArn"),
  roleArn: use("passOn.hookRole"),
} satisfies Owned<aws.autoscaling.LifecycleHookArgs>;

const scalingPolicy = {
  ...everywhere,
  ...severalTimes,
  adjustmentType: use("scaling.out.unit", "scaling.in.unit"),
  autoscalingGroupName: WIRED,
  cooldown: use("scaling.out.policy", "scaling.in.policy"),
  enabled: use("scaling.out.enabled", "scaling.in.enabled", "scaling.targets"),
  estimatedInstanceWarmup: use("scaling.out.policy", "scaling.targets"),
  metricAggregationType: use("scaling.out.statistic", "scaling.in.statistic"),
  minAdjustmentMagnitude: use("scaling.out.minimumInstances", "scaling.in.minimumInstances"),
  policyType: use("scaling.out.policy", "scaling.targets", "scaling.predictive"),
  predictiveScalingConfiguration: use("scaling.predictive"),
  scalingAdjustment: use("scaling.out.adjustment", "scaling.in.adjustment"),
  stepAdjustments: use("scaling.out.steps", "scaling.in.steps"),
  targetTrackingConfiguration: use("scaling.targets"),
} satisfies Owned<aws.autoscaling.PolicyArgs>;

/** What makes an alarm the one that it is. */
const alarmed = {
  ...everywhere,
  ...severalTimes,
  alarmDescription: "leave it out: it says what to do when the alarm goes off",
  comparisonOperator: "leave it out: the alarm's direction is decided",
  evaluationCriteria: "leave it out: each alarm watches one metric",
  evaluationInterval: "leave it out: each alarm watches one metric",
  metricQueries: "leave it out: each alarm watches one metric",
  thresholdMetricId: "leave it out: each alarm has a fixed threshold",
};

const scalingAlarm = {
  ...alarmed,
  alarmActions: "leave it out: the alarm runs its policy; 'okActions' and 'insufficientDataActions' are free",
  datapointsToAlarm: use("scaling.out.datapointsToAlarm", "scaling.in.datapointsToAlarm"),
  dimensions: use("scaling.out.metric", "scaling.in.metric"),
  evaluationPeriods: use("scaling.out.evaluationPeriods", "scaling.in.evaluationPeriods"),
  extendedStatistic: use("scaling.out.statistic", "scaling.in.statistic"),
  metricName: use("scaling.out.metric", "scaling.in.metric"),
  metricQueries: use("scaling.out.metric", "scaling.in.metric"),
  namespace: use("scaling.out.metric", "scaling.in.metric"),
  period: use("scaling.out.periodSeconds", "scaling.in.periodSeconds"),
  statistic: use("scaling.out.statistic", "scaling.in.statistic"),
  threshold: use("scaling.out.threshold", "scaling.in.threshold"),
  treatMissingData: use("scaling.out.treatMissingData", "scaling.in.treatMissingData"),
} satisfies Owned<aws.cloudwatch.MetricAlarmArgs>;

/** What an alarm on a part of the component's own watches. */
export const watching = {
  ...alarmed,
  dimensions: WIRED,
  extendedStatistic: "leave it out: the metric's statistic is decided",
  metricName: WIRED,
  namespace: WIRED,
  period: "leave it out: the alarm's periods are decided",
  statistic: "leave it out: the metric's statistic is decided",
  treatMissingData: "leave it out: what a period without data means is decided",
};

export const OWNED_BY_GROUP = {
  launchTemplate: template,
  launchConfiguration: configuration,
  group,
  securityGroup,
  instanceRole,
  role,
  instanceProfile: { role: use("passOn.instanceRole") } satisfies Owned<aws.iam.InstanceProfileArgs>,
  volumeKeyGrant,
  launchHook,
  terminateHook,
  hookRole: role,
  scalingPolicy,
  scalingAlarm,
};
