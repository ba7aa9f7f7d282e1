import { isObject, type Properties, UNKNOWN, type Value } from "../values";

const LISTENER = words(`
  defaultActions.authenticateCognito.onUnauthenticatedRequest defaultActions.authenticateCognito.scope
  defaultActions.authenticateCognito.sessionCookieName
  defaultActions.authenticateCognito.sessionTimeout
  defaultActions.authenticateOidc.onUnauthenticatedRequest defaultActions.authenticateOidc.scope
  defaultActions.authenticateOidc.sessionCookieName defaultActions.authenticateOidc.sessionTimeout
  defaultActions.fixedResponse.statusCode defaultActions.order mutualAuthentication
  mutualAuthentication.advertiseTrustStoreCaNames protocol
  routingHttpRequestXAmznMtlsClientcertHeaderName
  routingHttpRequestXAmznMtlsClientcertIssuerHeaderName
  routingHttpRequestXAmznMtlsClientcertLeafHeaderName
  routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName
  routingHttpRequestXAmznMtlsClientcertSubjectHeaderName
  routingHttpRequestXAmznMtlsClientcertValidityHeaderName
  routingHttpRequestXAmznTlsCipherSuiteHeaderName routingHttpRequestXAmznTlsVersionHeaderName
  routingHttpResponseAccessControlAllowCredentialsHeaderValue
  routingHttpResponseAccessControlAllowHeadersHeaderValue
  routingHttpResponseAccessControlAllowMethodsHeaderValue
  routingHttpResponseAccessControlAllowOriginHeaderValue
  routingHttpResponseAccessControlExposeHeadersHeaderValue
  routingHttpResponseAccessControlMaxAgeHeaderValue
  routingHttpResponseContentSecurityPolicyHeaderValue routingHttpResponseServerEnabled
  routingHttpResponseStrictTransportSecurityHeaderValue
  routingHttpResponseXContentTypeOptionsHeaderValue routingHttpResponseXFrameOptionsHeaderValue
  sslPolicy tcpIdleTimeoutSeconds
`);

const LOAD_BALANCER = words(`
  enablePrefixForIpv6SourceNat enforceSecurityGroupInboundRulesOnPrivateLinkTraffic internal
  ipAddressType name namePrefix secondaryIpsAutoAssignedPerSubnet securityGroups subnetMappings
  subnetMappings.outpostId subnets
`);

const TARGET_GROUP = words(`
  connectionTermination healthCheck healthCheck.matcher healthCheck.path healthCheck.timeout
  ipAddressType loadBalancingAlgorithmType loadBalancingAnomalyMitigation
  loadBalancingCrossZoneEnabled name namePrefix preserveClientIp protocolVersion stickiness
  targetFailovers targetGroupHealth targetHealthStates
`);

/**
 * Properties that a program may leave out and the provider computes: Optional and Computed in its schema. When it plans a creation, those
 * that the program does not set are unknown, also within blocks that the program sets. `region` is not among them, because the provider
 * plans the region that it is configured for.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service (schemas). The list is read from the declarations
 * of @pulumi/aws, as test/helpers/aws-declarations.ts describes, and a test compares the two.
 */
export const OPTIONAL_AND_COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "aws:alb/listener:Listener": LISTENER,
  "aws:alb/loadBalancer:LoadBalancer": LOAD_BALANCER,
  "aws:alb/targetGroup:TargetGroup": TARGET_GROUP,
  "aws:appautoscaling/policy:Policy": words(`
    name predictiveScalingPolicyConfiguration.mode
    predictiveScalingPolicyConfiguration.schedulingBufferTime
  `),
  "aws:appautoscaling/target:Target": words("roleArn suspendedState"),
  "aws:autoscaling/group:Group": words(`
    availabilityZoneDistribution availabilityZones capacityReservationSpecification
    capacityReservationSpecification.capacityReservationPreference defaultCooldown desiredCapacity
    healthCheckType initialLifecycleHooks.defaultResult instanceLifecyclePolicy
    instanceLifecyclePolicy.retentionTriggers
    instanceLifecyclePolicy.retentionTriggers.terminateHookAbandon launchTemplate launchTemplate.id
    launchTemplate.name launchTemplate.version loadBalancers mixedInstancesPolicy
    mixedInstancesPolicy.instancesDistribution
    mixedInstancesPolicy.instancesDistribution.onDemandAllocationStrategy
    mixedInstancesPolicy.instancesDistribution.onDemandBaseCapacity
    mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity
    mixedInstancesPolicy.instancesDistribution.spotAllocationStrategy
    mixedInstancesPolicy.instancesDistribution.spotInstancePools
    mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId
    mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateName
    mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version
    mixedInstancesPolicy.launchTemplate.overrides
    mixedInstancesPolicy.launchTemplate.overrides.launchTemplateSpecification.launchTemplateId
    mixedInstancesPolicy.launchTemplate.overrides.launchTemplateSpecification.launchTemplateName
    mixedInstancesPolicy.launchTemplate.overrides.launchTemplateSpecification.version name namePrefix
    serviceLinkedRoleArn targetGroupArns trafficSources vpcZoneIdentifiers
  `),
  "aws:autoscaling/lifecycleHook:LifecycleHook": words("defaultResult name"),
  "aws:autoscaling/policy:Policy": words("metricAggregationType name"),
  "aws:autoscaling/schedule:Schedule": words("desiredCapacity endTime maxSize minSize recurrence startTime timeZone"),
  "aws:cloudwatch/eventRule:EventRule": words("name namePrefix"),
  "aws:cloudwatch/eventTarget:EventTarget": words("targetId"),
  "aws:cloudwatch/logGroup:LogGroup": words("deletionProtectionEnabled logGroupClass name namePrefix"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": words("evaluateLowSampleCountPercentiles name"),
  "aws:ec2/launchConfiguration:LaunchConfiguration": words(`
    ebsBlockDevices ebsBlockDevices.encrypted ebsBlockDevices.iops ebsBlockDevices.snapshotId
    ebsBlockDevices.throughput ebsBlockDevices.volumeSize ebsBlockDevices.volumeType ebsOptimized
    keyName metadataOptions metadataOptions.httpEndpoint metadataOptions.httpPutResponseHopLimit
    metadataOptions.httpTokens name namePrefix rootBlockDevice rootBlockDevice.encrypted
    rootBlockDevice.iops rootBlockDevice.throughput rootBlockDevice.volumeSize
    rootBlockDevice.volumeType
  `),
  "aws:ec2/launchTemplate:LaunchTemplate": words(`
    blockDeviceMappings.ebs.iops blockDeviceMappings.ebs.throughput
    blockDeviceMappings.ebs.volumeInitializationRate blockDeviceMappings.ebs.volumeSize
    blockDeviceMappings.ebs.volumeType defaultVersion instanceMarketOptions.spotOptions.validUntil
    metadataOptions metadataOptions.httpEndpoint metadataOptions.httpProtocolIpv6
    metadataOptions.httpPutResponseHopLimit metadataOptions.httpTokens
    metadataOptions.instanceMetadataTags name namePrefix
  `),
  "aws:ec2/securityGroup:SecurityGroup": words("description egress ingress name namePrefix vpcId"),
  "aws:ec2/subnet:Subnet": words(`
    availabilityZone availabilityZoneId cidrBlock ipv6CidrBlock privateDnsHostnameTypeOnLaunch
  `),
  "aws:ec2/vpc:Vpc": words(`
    cidrBlock enableDnsHostnames enableNetworkAddressUsageMetrics ipv6CidrBlock
    ipv6CidrBlockNetworkBorderGroup
  `),
  "aws:ecs/cluster:Cluster": words("name settings"),
  "aws:ecs/service:Service": words(`
    availabilityZoneRebalancing cluster deploymentConfiguration
    deploymentConfiguration.bakeTimeInMinutes deploymentConfiguration.canaryConfiguration
    deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes
    deploymentConfiguration.canaryConfiguration.canaryPercent
    deploymentConfiguration.lifecycleHooks.timeoutConfiguration
    deploymentConfiguration.lifecycleHooks.timeoutConfiguration.action
    deploymentConfiguration.lifecycleHooks.timeoutConfiguration.timeoutInMinutes
    deploymentConfiguration.linearConfiguration
    deploymentConfiguration.linearConfiguration.stepBakeTimeInMinutes
    deploymentConfiguration.linearConfiguration.stepPercent deploymentConfiguration.strategy iamRole
    launchType name platformVersion
    serviceConnectConfiguration.accessLogConfiguration.includeQueryParameters
    serviceConnectConfiguration.logConfiguration.options serviceConnectConfiguration.namespace
    serviceConnectConfiguration.services.clientAlias.dnsName
    serviceConnectConfiguration.services.discoveryName triggers
  `),
  "aws:ecs/taskDefinition:TaskDefinition": words(`
    enableFaultInjection networkMode volumes.configureAtLaunch volumes.dockerVolumeConfiguration.driver
    volumes.dockerVolumeConfiguration.scope
  `),
  "aws:iam/instanceProfile:InstanceProfile": words("name namePrefix"),
  "aws:iam/role:Role": words("inlinePolicies inlinePolicies.name managedPolicyArns name namePrefix"),
  "aws:iam/rolePolicy:RolePolicy": words("name namePrefix"),
  "aws:kms/alias:Alias": words("name namePrefix"),
  "aws:kms/grant:Grant": words("name"),
  "aws:kms/key:Key": words("description multiRegion policy rotationPeriodInDays"),
  "aws:lambda/eventSourceMapping:EventSourceMapping": words(`
    amazonManagedKafkaEventSourceConfig amazonManagedKafkaEventSourceConfig.consumerGroupId
    maximumRecordAgeInSeconds maximumRetryAttempts parallelizationFactor
    provisionedPollerConfig.maximumPollers provisionedPollerConfig.minimumPollers
    provisionedPollerConfig.pollerGroupName selfManagedKafkaEventSourceConfig
    selfManagedKafkaEventSourceConfig.consumerGroupId
  `),
  "aws:lambda/function:Function": words(`
    architectures
    capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig.executionEnvironmentMemoryGibPerVcpu
    capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig.perExecutionEnvironmentMaxConcurrency
    codeSha256 ephemeralStorage ephemeralStorage.size loggingConfig loggingConfig.logGroup name
    snapStart.optimizationStatus sourceCodeHash tracingConfig vpcConfig.vpcId
  `),
  "aws:lambda/permission:Permission": words("statementId statementIdPrefix"),
  "aws:lb/listener:Listener": LISTENER,
  "aws:lb/loadBalancer:LoadBalancer": LOAD_BALANCER,
  "aws:lb/targetGroup:TargetGroup": TARGET_GROUP,
  "aws:sns/topic:Topic": words("fifoThroughputScope name namePrefix policy signatureVersion tracingConfig"),
  "aws:sns/topicSubscription:TopicSubscription": words("filterPolicyScope"),
  "aws:sqs/queue:Queue": words(`
    deduplicationScope fifoThroughputLimit kmsDataKeyReusePeriodSeconds name namePrefix policy
    redriveAllowPolicy redrivePolicy sqsManagedSseEnabled
  `),
};

/** The planned outputs of a creation: inputs as set, and unknown where the provider computes the value. */
export function planned(type: string, inputs: Properties): Properties {
  return paths(type).reduce((shown, path) => filledIn(shown, path), inputs);
}

/** The planned outputs of an update: properties that are no longer set keep their value if they are computed; otherwise they are removed. */
export function replanned(type: string, inputs: Properties, oldInputs: Properties, oldOutputs: Properties): Properties {
  const filled = new Set(paths(type).map(([key]) => key));
  const gone = Object.keys(oldInputs).filter((key) => inputs[key] === undefined && !filled.has(key));
  const kept = Object.entries(oldOutputs).filter(([key]) => !gone.includes(key));
  const within = paths(type).filter(([key = ""]) => inputs[key] !== undefined);
  return { ...Object.fromEntries(kept), ...within.reduce((shown, path) => filledIn(shown, path), inputs) };
}

/**
 * The inputs of an update as the original applies them: a computed property that is no longer set keeps its value. Within lists, blocks
 * count by their position.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/10155 and 39594, https://github.com/pulumi/pulumi/issues/3323
 */
export function carried(type: string, inputs: Properties, oldOutputs: Properties): Properties {
  const kept = KEEPING[type]?.map((path) => path.split(".")) ?? [];
  return kept.reduce((shown, path) => carriedAt(shown, oldOutputs, path), inputs);
}

/** Of those types, what the lab applies like this. */
const KEEPING: Readonly<Record<string, readonly string[]>> = {
  "aws:autoscaling/group:Group": ["targetGroupArns"],
  "aws:ec2/launchTemplate:LaunchTemplate": words(`
    blockDeviceMappings.ebs.iops blockDeviceMappings.ebs.throughput blockDeviceMappings.ebs.volumeSize
    blockDeviceMappings.ebs.volumeType metadataOptions metadataOptions.httpEndpoint metadataOptions.httpProtocolIpv6
    metadataOptions.httpPutResponseHopLimit metadataOptions.httpTokens metadataOptions.instanceMetadataTags
  `),
};

function carriedAt(holder: Properties, old: Properties, [key = "", ...rest]: readonly string[]): Properties {
  const [value, before] = [holder[key] ?? undefined, old[key] ?? undefined];
  if (before === undefined || value === before) return holder;
  if (value === undefined) return rest.length === 0 ? { ...holder, [key]: before } : holder;
  if (rest.length === 0) return holder;
  const within = (one: Value, other: Value | undefined) =>
    isObject(one) && isObject(other) ? carriedAt(one, other, rest) : one;
  if (!Array.isArray(value)) return { ...holder, [key]: within(value, before) };
  const others = Array.isArray(before) ? before : [];
  return { ...holder, [key]: value.map((one, index) => within(one, others[index])) };
}

function paths(type: string): string[][] {
  return (OPTIONAL_AND_COMPUTED[type] ?? []).map((path) => path.split("."));
}

function filledIn(holder: Properties, [key = "", ...rest]: readonly string[]): Properties {
  const value = holder[key] ?? undefined;
  if (rest.length === 0) return value === undefined ? { ...holder, [key]: UNKNOWN } : holder;
  return value === undefined ? holder : { ...holder, [key]: withinEach(value, rest) };
}

function withinEach(value: Value, path: readonly string[]): Value {
  if (Array.isArray(value)) return value.map((one) => withinEach(one, path));
  return isObject(value) ? filledIn(value, path) : value;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
