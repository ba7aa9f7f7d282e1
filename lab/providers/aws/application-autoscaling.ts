import * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs, pascal } from "./pascal";
import { count, needText, object, objects, text } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";

/** The keys that identify a scalable target and its policies. */
function scaled(inputs: Properties) {
  return {
    ResourceId: needText(inputs, "resourceId"),
    ScalableDimension: needText(inputs, "scalableDimension") as sdk.ScalableDimension,
    ServiceNamespace: needText(inputs, "serviceNamespace") as sdk.ServiceNamespace,
  };
}

const target: ResourceType = {
  inputs: plain("maxCapacity", "minCapacity", "resourceId", "roleArn", "scalableDimension", "serviceNamespace"),
  required: ["maxCapacity", "minCapacity", "resourceId", "scalableDimension", "serviceNamespace"],
  replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
  computed: ["arn"],
  async create(call, inputs) {
    await register(call, inputs);
    return needText(inputs, "resourceId");
  },
  async update(call, { inputs }) {
    await register(call, inputs);
  },
  async read(call, id, inputs) {
    const { ServiceNamespace, ScalableDimension } = scaled(inputs);
    const request = { ServiceNamespace, ScalableDimension, ResourceIds: [id] };
    const answer = await call.clients.applicationAutoScaling.send(new sdk.DescribeScalableTargetsCommand(request));
    const found = answer.ScalableTargets?.[0];
    return found && outputs({ arn: found.ScalableTargetARN ?? "", roleArn: found.RoleARN });
  },
  async delete(call, id, state) {
    if ((await target.read(call, id, state)) === undefined) return;
    await unlessGone(call.clients.applicationAutoScaling.send(new sdk.DeregisterScalableTargetCommand(scaled(state))));
  },
};

async function register(call: Call, inputs: Properties): Promise<void> {
  const size = { MinCapacity: count(inputs, "minCapacity"), MaxCapacity: count(inputs, "maxCapacity") };
  const request = { ...scaled(inputs), ...size, RoleARN: text(inputs, "roleArn") };
  await call.clients.applicationAutoScaling.send(new sdk.RegisterScalableTargetCommand(request));
}

const policy: ResourceType = {
  inputs: {
    ...plain("name", "policyType", "resourceId", "scalableDimension", "serviceNamespace"),
    stepScalingPolicyConfiguration: {
      ...plain("adjustmentType", "cooldown", "metricAggregationType", "minAdjustmentMagnitude"),
      stepAdjustments: plain("metricIntervalLowerBound", "metricIntervalUpperBound", "scalingAdjustment"),
    },
    targetTrackingScalingPolicyConfiguration: {
      ...plain("disableScaleIn", "scaleInCooldown", "scaleOutCooldown", "targetValue"),
      customizedMetricSpecification: {
        ...plain("metricName", "namespace", "statistic", "unit"),
        dimensions: plain("name", "value"),
        metrics: {
          ...plain("expression", "id", "label", "returnData"),
          metricStat: {
            ...plain("stat", "unit"),
            metric: { ...plain("metricName", "namespace"), dimensions: plain("name", "value") },
          },
        },
      },
      predefinedMetricSpecification: plain("predefinedMetricType", "resourceLabel"),
    },
  },
  required: ["resourceId", "scalableDimension", "serviceNamespace"],
  defaults: { policyType: "StepScaling" },
  replaces: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  automaticName: {},
  computed: ["alarmArns", "arn"],
  async create(call, inputs) {
    await put(call, inputs);
    return needText(inputs, "name");
  },
  async update(call, { inputs }) {
    await put(call, inputs);
  },
  async read(call, id, inputs) {
    const request = { ...scaled(inputs), PolicyNames: [id] };
    const answer = await call.clients.applicationAutoScaling.send(new sdk.DescribeScalingPoliciesCommand(request));
    const found = answer.ScalingPolicies?.find((one) => one.PolicyName === id);
    return found && outputs({ arn: found.PolicyARN, alarmArns: found.Alarms?.map((one) => one.AlarmARN) ?? [] });
  },
  async delete(call, id, state) {
    if ((await policy.read(call, id, state)) === undefined) return;
    const request = { ...scaled(state), PolicyName: id };
    await unlessGone(call.clients.applicationAutoScaling.send(new sdk.DeleteScalingPolicyCommand(request)));
  },
};

async function put(call: Call, inputs: Properties): Promise<void> {
  const step = object(inputs, "stepScalingPolicyConfiguration");
  const tracking = object(inputs, "targetTrackingScalingPolicyConfiguration");
  await call.clients.applicationAutoScaling.send(
    new sdk.PutScalingPolicyCommand({
      ...scaled(inputs),
      PolicyName: needText(inputs, "name"),
      PolicyType: text(inputs, "policyType") as sdk.PolicyType,
      StepScalingPolicyConfiguration: step && stepScaling(step),
      TargetTrackingScalingPolicyConfiguration:
        tracking && pascal<sdk.TargetTrackingScalingPolicyConfiguration>(tracking),
    }),
  );
}

function stepScaling(given: Properties): sdk.StepScalingPolicyConfiguration {
  const steps = objects(given, "stepAdjustments");
  const counts = ["metricIntervalLowerBound", "metricIntervalUpperBound"];
  return pascal<sdk.StepScalingPolicyConfiguration>({ ...given, stepAdjustments: steps }, { counts });
}

export const APPLICATION_AUTOSCALING: ResourceTypes = {
  "aws:appautoscaling/policy:Policy": policy,
  "aws:appautoscaling/target:Target": target,
};
