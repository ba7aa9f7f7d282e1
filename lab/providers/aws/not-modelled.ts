/**
 * Inputs of @pulumi/aws that the lab's provider accepts and keeps in its state but does not use, with the reason for each. An input that is
 * neither here nor in its table entry is an error. docs/lab.md lists what the emulator stores and shows without acting on it.
 */
export const NOT_MODELLED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:autoscaling/group:Group": {
    availabilityZoneDistribution: "the emulator spreads instances evenly and knows no other way",
    capacityReservationSpecification: "the emulator has no capacity reservations",
    context: "reserved by AWS, without effect",
    desiredCapacityType: "the emulator counts capacity in units only",
    forceDeleteWarmPool: "the emulator's warm pool goes with its group",
    instanceLifecyclePolicy: "the emulator ends instances on termination, it retains none",
    minElbCapacity: "the lab waits for instances in service, not for healthy targets",
    waitForElbCapacity: "the lab waits for instances in service, not for healthy targets",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    deletionProtectionEnabled: "the emulator protects no log group",
    logGroupClass: "the emulator has one class of log groups",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    evaluationCriteria: "the emulator evaluates metrics only, no PromQL",
    evaluationInterval: "the emulator evaluates metrics only, no PromQL",
    warmUpConfiguration: "the emulator's alarms are evaluated from their first period on",
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    capacityReservationSpecification: "the emulator has no capacity reservations",
    instanceRequirements: "the emulator chooses no instance types",
    licenseSpecifications: "the emulator has no licenses",
    networkPerformanceOptions: "the emulator's network has no bandwidth to weigh",
    secondaryInterfaces: "the emulator's instances have one interface",
  },
  "aws:iam/role:Role": {
    inlinePolicies: "declare an aws:iam/rolePolicy:RolePolicy, which is made and enforced",
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    metricsConfig: "the emulator publishes no mapping metrics",
    provisionedPollerConfig: "the emulator has one poller per mapping",
    useResourceTimeoutForPropagation: "the emulator is consistent at once",
  },
  "aws:lambda/function:Function": {
    replaceSecurityGroupsOnDestroy: "the emulator's functions hold no network interfaces",
    replacementSecurityGroupIds: "the emulator's functions hold no network interfaces",
    skipDestroy: "the lab leaves nothing behind",
    snapStart: "the emulator starts a process per function",
    useResourceTimeoutForPropagation: "the emulator is consistent at once",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    confirmationTimeoutInMinutes: "subscriptions of queues and functions need no confirmation",
    endpointAutoConfirms: "subscriptions of queues and functions need no confirmation",
    replayPolicy: "the emulator archives no messages",
  },
};

/** Inputs that the lab refuses, because accepting them would wrongly suggest that they work. Each has advice on what to do instead. */
export const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:autoscaling/group:Group": {
    loadBalancers:
      "the lab has no Classic Load Balancers; leave 'loadBalancerNames' out there, or give 'targetGroupArns'",
    trafficSources: "the lab registers instances with 'targetGroupArns' alone, and has nothing of VPC Lattice",
  },
};
