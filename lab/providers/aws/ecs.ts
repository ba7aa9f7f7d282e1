import * as sdk from "@aws-sdk/client-ecs";
import type { Properties } from "../values";
import { ecsTags } from "./ecs-tags";
import { taskDefinition } from "./ecs-task-definition";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, flag, needText, object, objects, text, texts } from "./reading";
import type { ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";

const cluster: ResourceType = {
  inputs: { ...plain("name", "tags"), settings: plain("name", "value") },
  replaces: ["name"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    const request = { clusterName: needText(inputs, "name"), settings: settings(inputs), tags: ecsTags(inputs) };
    const answer = await call.clients.ecs.send(new sdk.CreateClusterCommand(request));
    return needText(outputs({ ...answer.cluster }), "clusterArn");
  },
  async update(call, { id, inputs, changed }) {
    if (changed("settings")) {
      await call.clients.ecs.send(new sdk.UpdateClusterCommand({ cluster: id, settings: settings(inputs) }));
    }
    const tags = ecsTags(inputs);
    if (tags && changed("tags", "tagsAll")) {
      await call.clients.ecs.send(new sdk.TagResourceCommand({ resourceArn: id, tags }));
    }
  },
  async read(call, id) {
    const answer = await unlessGone(call.clients.ecs.send(new sdk.DescribeClustersCommand({ clusters: [id] })));
    const found = answer?.clusters?.find((one) => one.status !== "INACTIVE");
    return found && outputs({ arn: found.clusterArn, name: found.clusterName });
  },
  async delete(call, id) {
    await unlessGone(call.clients.ecs.send(new sdk.DeleteClusterCommand({ cluster: id })));
  },
};

function settings(inputs: Properties): sdk.ClusterSetting[] | undefined {
  const given = objects(inputs, "settings");
  return given.length === 0 ? undefined : (given as sdk.ClusterSetting[]);
}

const service: ResourceType = {
  inputs: {
    ...plain("cluster", "deploymentMaximumPercent", "deploymentMinimumHealthyPercent", "desiredCount"),
    ...plain("enableEcsManagedTags", "enableExecuteCommand", "forceDelete", "launchType", "name", "platformVersion"),
    ...plain("propagateTags", "schedulingStrategy", "tags", "taskDefinition"),
    deploymentCircuitBreaker: plain("enable", "rollback"),
    networkConfiguration: plain("assignPublicIp", "securityGroups", "subnets"),
  },
  defaults: { desiredCount: 0 },
  replaces: ["cluster", "launchType", "name", "schedulingStrategy"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    const answer = await call.clients.ecs.send(
      new sdk.CreateServiceCommand({
        ...serviceSettings(inputs),
        launchType: text(inputs, "launchType") as sdk.LaunchType | undefined,
        propagateTags: text(inputs, "propagateTags") as sdk.PropagateTags | undefined,
        schedulingStrategy: text(inputs, "schedulingStrategy") as sdk.SchedulingStrategy | undefined,
        serviceName: needText(inputs, "name"),
        tags: ecsTags(inputs),
      }),
    );
    return needText(outputs({ ...answer.service }), "serviceArn");
  },
  async update(call, { inputs }) {
    const request = { ...serviceSettings(inputs), service: needText(inputs, "name") };
    await call.clients.ecs.send(new sdk.UpdateServiceCommand(request));
  },
  async read(call, id, inputs) {
    const request = { cluster: text(inputs, "cluster"), services: [id] };
    const answer = await unlessGone(call.clients.ecs.send(new sdk.DescribeServicesCommand(request)));
    const found = answer?.services?.find((one) => one.status !== "INACTIVE");
    return found && outputs({ arn: found.serviceArn, name: found.serviceName });
  },
  async delete(call, id, state) {
    const request = { cluster: text(state, "cluster"), service: id, force: true };
    await unlessGone(call.clients.ecs.send(new sdk.DeleteServiceCommand(request)));
  },
};

function serviceSettings(inputs: Properties) {
  const network = object(inputs, "networkConfiguration");
  const breaker = object(inputs, "deploymentCircuitBreaker");
  return {
    cluster: text(inputs, "cluster"),
    deploymentConfiguration: {
      maximumPercent: count(inputs, "deploymentMaximumPercent"),
      minimumHealthyPercent: count(inputs, "deploymentMinimumHealthyPercent"),
      deploymentCircuitBreaker: breaker as unknown as sdk.DeploymentCircuitBreaker | undefined,
    },
    desiredCount: count(inputs, "desiredCount"),
    enableECSManagedTags: flag(inputs, "enableEcsManagedTags"),
    enableExecuteCommand: flag(inputs, "enableExecuteCommand"),
    networkConfiguration: network && {
      awsvpcConfiguration: {
        assignPublicIp: flag(network, "assignPublicIp") ? ("ENABLED" as const) : ("DISABLED" as const),
        securityGroups: texts(network, "securityGroups") ?? [], // the emulator fails without a list
        subnets: texts(network, "subnets"),
      },
    },
    platformVersion: text(inputs, "platformVersion"),
    taskDefinition: text(inputs, "taskDefinition"),
  };
}

export const ECS: ResourceTypes = {
  "aws:ecs/cluster:Cluster": cluster,
  "aws:ecs/service:Service": service,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
};
