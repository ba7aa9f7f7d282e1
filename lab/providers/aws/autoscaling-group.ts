import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { isGone } from "./gone";
import {
  attachTargets,
  collectMetrics,
  DELETE_LIMIT_SECONDS,
  describe,
  drain,
  dropWarmPool,
  keepWarm,
  suspend,
} from "./group-calls";
import { waitOnCreate, waitOnUpdate } from "./group-capacity";
import { createInPhases, DIRECT, replaceTags, saveChanges, settings } from "./group-requests";
import { refreshInstances } from "./instance-refresh";
import { outputs } from "./pascal";
import { flag, needText, objects, texts } from "./reading";
import type { ResourceType } from "./resource-type";
import { plain } from "./shape";
import { waitUntil } from "./waiting";

const LAUNCH_TEMPLATE = plain("id", "name", "version");
const SPECIFICATION = plain("launchTemplateId", "launchTemplateName", "version");

const BOUNDS = plain("min", "max");

const INSTANCE_REQUIREMENTS = {
  ...plain("allowedInstanceTypes", "bareMetal", "burstablePerformance", "cpuManufacturers", "excludedInstanceTypes"),
  ...plain("instanceGenerations", "localStorage", "localStorageTypes", "requireHibernateSupport"),
  ...plain("onDemandMaxPricePercentageOverLowestPrice", "spotMaxPricePercentageOverLowestPrice"),
  ...{ vcpuCount: BOUNDS, memoryMib: BOUNDS, memoryGibPerVcpu: BOUNDS, networkInterfaceCount: BOUNDS },
};

/**
 * `aws:autoscaling/group:Group`. It makes calls in the order of terraform-provider-aws, internal/service/autoscaling/group.go:
 * an update first saves only the changes on the group and then starts the refresh.
 */
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
    ...plain("targetGroupArns", "waitForCapacityTimeout", "ignoreFailedScalingActivities"),
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
        overrides: {
          ...plain("instanceType", "weightedCapacity"),
          launchTemplateSpecification: SPECIFICATION,
          instanceRequirements: INSTANCE_REQUIREMENTS,
        },
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
    const [name, since] = [needText(inputs, "name"), new Date()];
    await createInPhases(call, name, inputs);
    await waitOnCreate(call, name, inputs, since);
    await suspend(call, name, [], texts(inputs, "suspendedProcesses") ?? []);
    await collectMetrics(call, name, [], inputs);
    await keepWarm(call, name, inputs);
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
    const since = new Date();
    await saveChanges(call, change);
    if (change.changed("tags")) await replaceTags(call, id, oldInputs, inputs);
    if (change.changed("targetGroupArns")) await attachTargets(call, change);
    const { LaunchTemplate, MixedInstancesPolicy } = settings(inputs);
    await refreshInstances(call, change, { LaunchTemplate, MixedInstancesPolicy });
    if (change.changed("warmPool")) await keepWarm(call, id, inputs);
    await waitOnUpdate(call, change, since);
    if (change.changed("enabledMetrics", "metricsGranularity")) {
      await collectMetrics(call, id, texts(oldInputs, "enabledMetrics") ?? [], inputs);
    }
    if (change.changed("suspendedProcesses")) {
      await suspend(call, id, texts(oldInputs, "suspendedProcesses") ?? [], texts(inputs, "suspendedProcesses") ?? []);
    }
  },

  async delete(call, id, state, limitSeconds = DELETE_LIMIT_SECONDS) {
    const force = flag(state, "forceDelete") === true;
    try {
      await dropWarmPool(call, id);
      if (!force) await drain(call, id, limitSeconds);
      await call.clients.autoScaling.send(
        new sdk.DeleteAutoScalingGroupCommand({ AutoScalingGroupName: id, ForceDelete: force }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    await waitUntil(`the group '${id}' to go`, limitSeconds, async () => {
      const left = await describe(call, id);
      return left === undefined ? undefined : `it is still there with ${left.Instances?.length ?? 0} instances`;
    });
  },
};

/** The group's tags in the order in which the program lists them, which AWS does not keep. */
function liveTags(found: readonly sdk.TagDescription[] = [], inputs: Properties): Properties[] | undefined {
  const order = objects(inputs, "tags").map(({ key }) => key);
  const place = ({ Key = "" }: sdk.TagDescription) => (order.includes(Key) ? order.indexOf(Key) : order.length);
  const own = found.filter(({ Key = "" }) => !Key.startsWith("aws:")).sort((a, b) => place(a) - place(b));
  if (own.length === 0 && order.length === 0) return undefined;
  return own.map(({ Key = "", Value = "", PropagateAtLaunch = false }) => {
    return { key: Key, value: Value, propagateAtLaunch: PropagateAtLaunch };
  });
}
