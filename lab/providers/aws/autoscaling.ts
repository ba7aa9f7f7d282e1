import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { group } from "./autoscaling-group";
import { unlessGone } from "./gone";
import { outputs, pascal, pick } from "./pascal";
import { count, needText, text, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { schedule } from "./schedule";
import { plain } from "./shape";

const PREDEFINED = plain("predefinedMetricType", "resourceLabel");

const METRIC_QUERY = {
  ...plain("expression", "id", "label", "returnData"),
  metricStat: {
    ...plain("period", "stat", "unit"),
    metric: { ...plain("metricName", "namespace"), dimensions: plain("name", "value") },
  },
};

const policy: ResourceType = {
  inputs: {
    ...plain("adjustmentType", "autoscalingGroupName", "cooldown", "enabled", "estimatedInstanceWarmup"),
    ...plain("metricAggregationType", "minAdjustmentMagnitude", "name", "policyType", "scalingAdjustment"),
    stepAdjustments: plain("metricIntervalLowerBound", "metricIntervalUpperBound", "scalingAdjustment"),
    targetTrackingConfiguration: {
      ...plain("disableScaleIn", "targetValue"),
      predefinedMetricSpecification: PREDEFINED,
      customizedMetricSpecification: {
        ...plain("metricName", "namespace", "period", "statistic", "unit"),
        metricDimensions: plain("name", "value"),
        metrics: METRIC_QUERY,
      },
    },
    predictiveScalingConfiguration: {
      ...plain("maxCapacityBreachBehavior", "maxCapacityBuffer", "mode", "schedulingBufferTime"),
      metricSpecification: {
        ...plain("targetValue"),
        predefinedMetricPairSpecification: PREDEFINED,
        predefinedLoadMetricSpecification: PREDEFINED,
        predefinedScalingMetricSpecification: PREDEFINED,
        customizedCapacityMetricSpecification: { metricDataQueries: METRIC_QUERY },
        customizedLoadMetricSpecification: { metricDataQueries: METRIC_QUERY },
        customizedScalingMetricSpecification: { metricDataQueries: METRIC_QUERY },
      },
    },
  },
  required: ["autoscalingGroupName"],
  defaults: { enabled: true, policyType: "SimpleScaling" },
  replaces: ["name", "autoscalingGroupName", "policyType"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    await putPolicy(call, inputs);
    return needText(inputs, "name");
  },
  /** As the original, which takes the missing warm-up in its state for 0 (terraform-provider-aws#32947). */
  async update(call, { inputs }) {
    const isWarmed = ["StepScaling", "TargetTrackingScaling"].includes(needText(inputs, "policyType"));
    await putPolicy(call, isWarmed ? { estimatedInstanceWarmup: 0, ...inputs } : inputs);
  },
  async read(call, id, inputs) {
    const target = { AutoScalingGroupName: text(inputs, "autoscalingGroupName"), PolicyNames: [id] };
    const answer = await unlessGone(call.clients.autoScaling.send(new sdk.DescribePoliciesCommand(target)));
    const found = answer?.ScalingPolicies?.[0];
    return found && outputs({ arn: found.PolicyARN, name: found.PolicyName });
  },
  async delete(call, id, state) {
    const target = { PolicyName: id, AutoScalingGroupName: text(state, "autoscalingGroupName") };
    await unlessGone(call.clients.autoScaling.send(new sdk.DeletePolicyCommand(target)));
  },
};

async function putPolicy(call: Call, inputs: Properties): Promise<void> {
  const direct = pick(
    inputs,
    ...["adjustmentType", "cooldown", "enabled", "estimatedInstanceWarmup", "metricAggregationType"],
    ...["minAdjustmentMagnitude", "policyType", "scalingAdjustment", "stepAdjustments", "targetTrackingConfiguration"],
  );
  const forecast = inputs.predictiveScalingConfiguration as Properties | undefined;
  await call.clients.autoScaling.send(
    new sdk.PutScalingPolicyCommand({
      ...pascal<Omit<sdk.PutScalingPolicyCommandInput, "AutoScalingGroupName" | "PolicyName">>(direct, {
        rename: { metricDimensions: "Dimensions" },
        counts: ["metricIntervalLowerBound", "metricIntervalUpperBound"],
      }),
      PredictiveScalingConfiguration: forecast && predictive(forecast),
      PolicyName: needText(inputs, "name"),
      AutoScalingGroupName: needText(inputs, "autoscalingGroupName"),
    }),
  );
}

/** Converts the provider's shape to the API's: the API expects a list of metric specifications, and numbers instead of text. */
function predictive({ metricSpecification, ...settings }: Properties): sdk.PredictiveScalingConfiguration {
  return {
    ...pascal<Omit<sdk.PredictiveScalingConfiguration, "MetricSpecifications">>(settings, {
      counts: ["maxCapacityBuffer", "schedulingBufferTime"],
    }),
    MetricSpecifications: [pascal<sdk.PredictiveScalingMetricSpecification>(metricSpecification as Properties)],
  };
}

const notification: ResourceType = {
  inputs: plain("groupNames", "notifications", "topicArn"),
  required: ["groupNames", "notifications", "topicArn"],
  replaces: ["topicArn"],
  computed: [],
  async create(call, inputs) {
    await notifyFor(call, texts(inputs, "groupNames") ?? [], inputs);
    return needText(inputs, "topicArn");
  },
  async update(call, { inputs, oldInputs }) {
    const kept = texts(inputs, "groupNames") ?? [];
    const dropped = (texts(oldInputs, "groupNames") ?? []).filter((name) => !kept.includes(name));
    await silence(call, dropped, needText(inputs, "topicArn"));
    await notifyFor(call, kept, inputs);
  },
  async read(call, id, inputs) {
    const names = texts(inputs, "groupNames");
    const answer = await unlessGone(
      call.clients.autoScaling.send(
        new sdk.DescribeNotificationConfigurationsCommand({ AutoScalingGroupNames: names }),
      ),
    );
    const found = answer?.NotificationConfigurations?.filter((one) => one.TopicARN === id) ?? [];
    return found.length === 0 ? undefined : { topicArn: id };
  },
  async delete(call, id, state) {
    await silence(call, texts(state, "groupNames") ?? [], id);
  },
};

async function notifyFor(call: Call, groups: string[], inputs: Properties): Promise<void> {
  const NotificationTypes = texts(inputs, "notifications");
  const TopicARN = needText(inputs, "topicArn");
  for (const AutoScalingGroupName of groups) {
    const request = { AutoScalingGroupName, NotificationTypes, TopicARN };
    await call.clients.autoScaling.send(new sdk.PutNotificationConfigurationCommand(request));
  }
}

async function silence(call: Call, groups: string[], TopicARN: string): Promise<void> {
  for (const AutoScalingGroupName of groups) {
    const request = { AutoScalingGroupName, TopicARN };
    await unlessGone(call.clients.autoScaling.send(new sdk.DeleteNotificationConfigurationCommand(request)));
  }
}

/**
 * Uses PutLifecycleHook only. It takes over an existing hook of the same name, such as one of the group's initial hooks, and a group that
 * is replaced gets the hook in an update (terraform-provider-aws, autoscaling/lifecycle_hook.go: only `name` is ForceNew).
 */
const lifecycleHook: ResourceType = {
  inputs: {
    ...plain("autoscalingGroupName", "defaultResult", "heartbeatTimeout", "lifecycleTransition", "name"),
    ...plain("notificationMetadata", "notificationTargetArn", "roleArn"),
  },
  required: ["autoscalingGroupName", "lifecycleTransition"],
  replaces: ["name"],
  automaticName: {},
  computed: [],
  async create(call, inputs) {
    await putHook(call, inputs);
    return needText(inputs, "name");
  },
  async update(call, { inputs }) {
    await putHook(call, inputs);
  },
  async read(call, id, inputs) {
    const target = { AutoScalingGroupName: needText(inputs, "autoscalingGroupName"), LifecycleHookNames: [id] };
    const answer = await unlessGone(call.clients.autoScaling.send(new sdk.DescribeLifecycleHooksCommand(target)));
    const found = answer?.LifecycleHooks?.find((hook) => hook.LifecycleHookName === id);
    return (
      found &&
      outputs({
        name: id,
        defaultResult: found.DefaultResult,
        heartbeatTimeout: found.HeartbeatTimeout,
        lifecycleTransition: found.LifecycleTransition,
      })
    );
  },
  async delete(call, id, state) {
    const target = { AutoScalingGroupName: needText(state, "autoscalingGroupName"), LifecycleHookName: id };
    await unlessGone(call.clients.autoScaling.send(new sdk.DeleteLifecycleHookCommand(target)));
  },
};

async function putHook(call: Call, inputs: Properties): Promise<void> {
  await call.clients.autoScaling.send(
    new sdk.PutLifecycleHookCommand({
      LifecycleHookName: needText(inputs, "name"),
      AutoScalingGroupName: needText(inputs, "autoscalingGroupName"),
      DefaultResult: text(inputs, "defaultResult"),
      HeartbeatTimeout: count(inputs, "heartbeatTimeout"),
      LifecycleTransition: text(inputs, "lifecycleTransition"),
      NotificationMetadata: text(inputs, "notificationMetadata"),
      NotificationTargetARN: text(inputs, "notificationTargetArn"),
      RoleARN: text(inputs, "roleArn"),
    }),
  );
}

export const AUTOSCALING: ResourceTypes = {
  "aws:autoscaling/group:Group": group,
  "aws:autoscaling/lifecycleHook:LifecycleHook": lifecycleHook,
  "aws:autoscaling/notification:Notification": notification,
  "aws:autoscaling/policy:Policy": policy,
  "aws:autoscaling/schedule:Schedule": schedule,
};
