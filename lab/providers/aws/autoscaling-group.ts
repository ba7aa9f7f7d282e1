import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { isGone } from "./gone";
import {
  attachTargets,
  collectMetrics,
  DRAIN_LIMIT_SECONDS,
  describe,
  drain,
  dropWarmPool,
  keepWarm,
  suspend,
  waitForCapacity,
} from "./group-calls";
import { refreshInstances } from "./instance-refresh";
import { outputs, pascal, pick } from "./pascal";
import { count, flag, needText, objects, text, texts } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";
import { waitUntil } from "./waiting";

const LAUNCH_TEMPLATE = plain("id", "name", "version");
const SPECIFICATION = plain("launchTemplateId", "launchTemplateName", "version");

/** Inputs that CreateAutoScalingGroup and UpdateAutoScalingGroup take under the same name. */
const DIRECT = [
  "minSize",
  "maxSize",
  "desiredCapacity",
  "availabilityZones",
  "defaultCooldown",
  "defaultInstanceWarmup",
  "healthCheckGracePeriod",
  "healthCheckType",
  "maxInstanceLifetime",
  "capacityRebalance",
  "placementGroup",
  "terminationPolicies",
  "mixedInstancesPolicy",
  "instanceMaintenancePolicy",
];

/** `aws:autoscaling/group:Group`. */
export const group: ResourceType = {
  inputs: {
    ...plain(...DIRECT, "name", "namePrefix", "launchConfiguration", "vpcZoneIdentifiers", "forceDelete"),
    ...plain(
      "enabledMetrics",
      "metricsGranularity",
      "protectFromScaleIn",
      "serviceLinkedRoleArn",
      "suspendedProcesses",
    ),
    ...plain("targetGroupArns", "waitForCapacityTimeout"),
    launchTemplate: LAUNCH_TEMPLATE,
    instanceMaintenancePolicy: plain("minHealthyPercentage", "maxHealthyPercentage"),
    mixedInstancesPolicy: {
      instancesDistribution: plain(
        "onDemandAllocationStrategy",
        "onDemandBaseCapacity",
        "onDemandPercentageAboveBaseCapacity",
        "spotAllocationStrategy",
        "spotInstancePools",
        "spotMaxPrice",
      ),
      launchTemplate: {
        launchTemplateSpecification: SPECIFICATION,
        overrides: { ...plain("instanceType", "weightedCapacity"), launchTemplateSpecification: SPECIFICATION },
      },
    },
    instanceRefresh: {
      ...plain("strategy", "triggers"),
      preferences: {
        ...plain("autoRollback", "checkpointDelay", "checkpointPercentages", "instanceWarmup", "maxHealthyPercentage"),
        ...plain("minHealthyPercentage", "scaleInProtectedInstances", "skipMatching", "standbyInstances"),
        alarmSpecification: plain("alarms"),
      },
    },
    initialLifecycleHooks: plain(
      "name",
      "defaultResult",
      "heartbeatTimeout",
      "lifecycleTransition",
      "notificationMetadata",
      "notificationTargetArn",
      "roleArn",
    ),
    tags: plain("key", "value", "propagateAtLaunch"),
    warmPool: {
      ...plain("maxGroupPreparedCapacity", "minSize", "poolState"),
      instanceReusePolicy: plain("reuseOnScaleIn"),
    },
  },
  required: ["minSize", "maxSize"],
  defaults: {
    forceDelete: false,
    metricsGranularity: "1Minute",
    protectFromScaleIn: false,
    waitForCapacityTimeout: "10m",
  },
  replaces: ["name", "namePrefix", "initialLifecycleHooks", "placementGroup"],
  automaticName: {},
  computed: ["arn", "predictedCapacity", "warmPoolSize"],

  async create(call, inputs) {
    const name = needText(inputs, "name");
    await call.clients.autoScaling.send(
      new sdk.CreateAutoScalingGroupCommand({
        ...settings(inputs),
        AutoScalingGroupName: name,
        MinSize: count(inputs, "minSize"),
        MaxSize: count(inputs, "maxSize"),
        Tags: tags(inputs, name),
        TargetGroupARNs: texts(inputs, "targetGroupArns"),
        ...(inputs.initialLifecycleHooks === undefined ? {} : { LifecycleHookSpecificationList: hooks(inputs) }),
      }),
    );
    await suspend(call, name, [], texts(inputs, "suspendedProcesses") ?? []);
    await collectMetrics(call, name, [], inputs);
    await keepWarm(call, name, inputs);
    await waitForCapacity(call, name, inputs);
    return name;
  },

  async read(call, id, inputs) {
    const found = await describe(call, id);
    if (found === undefined) return undefined;
    const template = found.LaunchTemplate;
    return outputs({
      arn: found.AutoScalingGroupARN,
      name: found.AutoScalingGroupName,
      minSize: found.MinSize,
      maxSize: found.MaxSize,
      desiredCapacity: found.DesiredCapacity,
      availabilityZones: found.AvailabilityZones,
      vpcZoneIdentifiers: found.VPCZoneIdentifier ? found.VPCZoneIdentifier.split(",") : undefined,
      defaultCooldown: found.DefaultCooldown,
      healthCheckType: found.HealthCheckType,
      healthCheckGracePeriod: found.HealthCheckGracePeriod,
      launchConfiguration: found.LaunchConfigurationName,
      launchTemplate: template && {
        id: template.LaunchTemplateId,
        name: template.LaunchTemplateName,
        version: template.Version,
      },
      serviceLinkedRoleArn: found.ServiceLinkedRoleARN,
      tags: liveTags(found.Tags, inputs),
      warmPoolSize: found.WarmPoolSize ?? 0,
      predictedCapacity: found.PredictedCapacity ?? 0,
    });
  },

  async update(call, change) {
    const { id, inputs, oldInputs } = change;
    // As @pulumi/aws: what scaling made of the group is not told back to it
    const { desiredCapacity: _, ...kept } = inputs;
    const told = change.changed("desiredCapacity") ? inputs : kept;
    await call.clients.autoScaling.send(
      new sdk.UpdateAutoScalingGroupCommand({ ...settings(told), AutoScalingGroupName: id }),
    );
    if (change.changed("tags")) await replaceTags(call, id, oldInputs, inputs);
    if (change.changed("suspendedProcesses")) {
      await suspend(call, id, texts(oldInputs, "suspendedProcesses") ?? [], texts(inputs, "suspendedProcesses") ?? []);
    }
    if (change.changed("enabledMetrics", "metricsGranularity")) {
      await collectMetrics(call, id, texts(oldInputs, "enabledMetrics") ?? [], inputs);
    }
    if (change.changed("targetGroupArns")) await attachTargets(call, change);
    if (change.changed("warmPool")) await keepWarm(call, id, inputs);
    const { LaunchTemplate, MixedInstancesPolicy } = settings(inputs);
    await refreshInstances(call, change, { LaunchTemplate, MixedInstancesPolicy });
    if (change.changed("minSize", "desiredCapacity")) await waitForCapacity(call, id, inputs);
  },

  async delete(call, id, state) {
    const force = flag(state, "forceDelete") === true;
    try {
      await dropWarmPool(call, id);
      if (!force) await drain(call, id);
      await call.clients.autoScaling.send(
        new sdk.DeleteAutoScalingGroupCommand({ AutoScalingGroupName: id, ForceDelete: force }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    await waitUntil(`the group '${id}' to go`, DRAIN_LIMIT_SECONDS, async () => {
      const left = await describe(call, id);
      return left === undefined ? undefined : `it is still there with ${left.Instances?.length ?? 0} instances`;
    });
  },
};

function settings(inputs: Properties) {
  const template = inputs.launchTemplate as Properties | undefined;
  return {
    ...pascal<Omit<sdk.UpdateAutoScalingGroupCommandInput, "AutoScalingGroupName">>(pick(inputs, ...DIRECT)),
    LaunchConfigurationName: text(inputs, "launchConfiguration"),
    LaunchTemplate: template && {
      LaunchTemplateId: text(template, "id"),
      LaunchTemplateName: text(template, "id") === undefined ? text(template, "name") : undefined,
      Version: template.version === undefined ? "$Default" : String(template.version),
    },
    VPCZoneIdentifier: texts(inputs, "vpcZoneIdentifiers")?.join(","),
    NewInstancesProtectedFromScaleIn: flag(inputs, "protectFromScaleIn"),
    ServiceLinkedRoleARN: text(inputs, "serviceLinkedRoleArn"),
  };
}

function hooks(inputs: Properties): sdk.LifecycleHookSpecification[] {
  return objects(inputs, "initialLifecycleHooks").map((hook) =>
    pascal<sdk.LifecycleHookSpecification>(hook, {
      rename: { name: "LifecycleHookName", notificationTargetArn: "NotificationTargetARN", roleArn: "RoleARN" },
    }),
  );
}

function tags(inputs: Properties, name: string): sdk.Tag[] {
  return objects(inputs, "tags").map((tag) => ({
    Key: needText(tag, "key"),
    Value: needText(tag, "value"),
    PropagateAtLaunch: flag(tag, "propagateAtLaunch") ?? false,
    ResourceId: name,
    ResourceType: "auto-scaling-group",
  }));
}

/** In the order of the program's own, which is none of AWS's. */
function liveTags(found: readonly sdk.TagDescription[] = [], inputs: Properties): Properties[] | undefined {
  const order = objects(inputs, "tags").map(({ key }) => key);
  const place = ({ Key = "" }: sdk.TagDescription) => (order.includes(Key) ? order.indexOf(Key) : order.length);
  const own = found.filter(({ Key = "" }) => !Key.startsWith("aws:")).sort((a, b) => place(a) - place(b));
  if (own.length === 0 && order.length === 0) return undefined;
  return own.map(({ Key = "", Value = "", PropagateAtLaunch = false }) => {
    return { key: Key, value: Value, propagateAtLaunch: PropagateAtLaunch };
  });
}

async function replaceTags(call: Call, name: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const kept = tags(inputs, name);
  const dropped = tags(oldInputs, name).filter((old) => !kept.some((tag) => tag.Key === old.Key));
  if (dropped.length > 0) await call.clients.autoScaling.send(new sdk.DeleteTagsCommand({ Tags: dropped }));
  if (kept.length > 0) await call.clients.autoScaling.send(new sdk.CreateOrUpdateTagsCommand({ Tags: kept }));
}
