import * as sdk from "@aws-sdk/client-ecs";
import { ecsTags } from "./ecs-tags";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { flag, needText, object, objects, text, texts } from "./reading";
import type { ResourceType } from "./resource-type";
import { plain } from "./shape";

const INPUTS = [
  ...["containerDefinitions", "cpu", "executionRoleArn", "family", "ipcMode", "memory", "networkMode", "pidMode"],
  ...[
    "requiresCompatibilities",
    "runtimePlatform",
    "skipDestroy",
    "tags",
    "taskRoleArn",
    "volumes",
    "ephemeralStorage",
  ],
];

/** `aws:ecs/taskDefinition:TaskDefinition`. Every change creates a new revision. */
export const taskDefinition: ResourceType = {
  inputs: {
    ...plain(...INPUTS),
    ephemeralStorage: plain("sizeInGib"),
    runtimePlatform: plain("cpuArchitecture", "operatingSystemFamily"),
    volumes: plain("name", "hostPath"),
  },
  required: ["containerDefinitions", "family"],
  replaces: INPUTS,
  computed: ["arn", "arnWithoutRevision", "revision"],
  async create(call, inputs) {
    const storage = object(inputs, "ephemeralStorage");
    const answer = await call.clients.ecs.send(
      new sdk.RegisterTaskDefinitionCommand({
        containerDefinitions: JSON.parse(needText(inputs, "containerDefinitions")) as sdk.ContainerDefinition[],
        cpu: text(inputs, "cpu"),
        ephemeralStorage: storage && { sizeInGiB: Number(storage.sizeInGib) },
        executionRoleArn: text(inputs, "executionRoleArn"),
        family: needText(inputs, "family"),
        ipcMode: text(inputs, "ipcMode") as sdk.IpcMode | undefined,
        memory: text(inputs, "memory"),
        networkMode: text(inputs, "networkMode") as sdk.NetworkMode | undefined,
        pidMode: text(inputs, "pidMode") as sdk.PidMode | undefined,
        requiresCompatibilities: texts(inputs, "requiresCompatibilities") as sdk.Compatibility[] | undefined,
        runtimePlatform: object(inputs, "runtimePlatform") as sdk.RuntimePlatform | undefined,
        tags: ecsTags(inputs),
        taskRoleArn: text(inputs, "taskRoleArn"),
        volumes: objects(inputs, "volumes").map((volume) => ({
          name: needText(volume, "name"),
          host: text(volume, "hostPath") === undefined ? undefined : { sourcePath: text(volume, "hostPath") },
        })),
      }),
    );
    return needText(outputs({ ...answer.taskDefinition }), "taskDefinitionArn");
  },
  async read(call, id) {
    const request = new sdk.DescribeTaskDefinitionCommand({ taskDefinition: id });
    const found = (await unlessGone(call.clients.ecs.send(request)))?.taskDefinition;
    if (found === undefined || found.status === "INACTIVE") return undefined;
    return outputs({ arn: id, arnWithoutRevision: id.replace(/:\d+$/, ""), revision: found.revision });
  },
  async delete(call, id, state) {
    if (flag(state, "skipDestroy")) return;
    await unlessGone(call.clients.ecs.send(new sdk.DeregisterTaskDefinitionCommand({ taskDefinition: id })));
  },
};
