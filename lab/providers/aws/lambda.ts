import * as sdk from "@aws-sdk/client-lambda";
import type { Properties } from "../values";
import { zipArchive } from "./archive";
import { isGone, unlessGone } from "./gone";
import { eventInvokeConfig } from "./lambda-events";
import { permission } from "./lambda-permission";
import { outputs, pascal, pick } from "./pascal";
import { count, flag, needText, object, text, textMap, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { allTags, droppedTags } from "./tags";
import { waitUntil } from "./waiting";

const SETTINGS_LIMIT_SECONDS = 120;

const lambdaFunction: ResourceType = {
  inputs: {
    ...plain(
      "architectures",
      "code",
      "description",
      "handler",
      "kmsKeyArn",
      "layers",
      "memorySize",
      "name",
      "packageType",
    ),
    ...plain("publish", "reservedConcurrentExecutions", "role", "runtime", "sourceCodeHash", "tags", "timeout"),
    deadLetterConfig: plain("targetArn"),
    environment: plain("variables"),
    ephemeralStorage: plain("size"),
    loggingConfig: plain("applicationLogLevel", "logFormat", "logGroup", "systemLogLevel"),
    tracingConfig: plain("mode"),
    vpcConfig: plain("ipv6AllowedForDualStack", "securityGroupIds", "subnetIds"),
  },
  required: ["code", "role"],
  defaults: { memorySize: 128, packageType: "Zip", publish: false, reservedConcurrentExecutions: -1, timeout: 3 },
  replaces: ["name", "packageType"],
  automaticName: {},
  computed: ["arn", "codeSha256", "invokeArn", "lastModified", "qualifiedArn", "sourceCodeSize", "version"],
  recomputed: () => ["codeSha256", "lastModified", "qualifiedArn", "sourceCodeSize", "version"],
  async create(call, inputs) {
    const FunctionName = needText(inputs, "name");
    await call.clients.lambda.send(
      new sdk.CreateFunctionCommand({
        ...settings(inputs),
        FunctionName,
        Role: needText(inputs, "role"),
        Code: { ZipFile: await zipArchive(inputs.code) },
        Architectures: texts(inputs, "architectures") as sdk.Architecture[] | undefined,
        PackageType: needText(inputs, "packageType") as sdk.PackageType,
        Publish: flag(inputs, "publish"),
        Tags: allTags(inputs),
      }),
    );
    await limitConcurrency(call, FunctionName, inputs);
    await settled(call, FunctionName);
    return FunctionName;
  },
  async update(call, { id: FunctionName, inputs, oldInputs, oldOutputs, changed }) {
    const client = call.clients.lambda;
    if (changed("code", "sourceCodeHash", "architectures")) {
      const Architectures = texts(inputs, "architectures") as sdk.Architecture[] | undefined;
      const ZipFile = await zipArchive(inputs.code);
      await client.send(
        new sdk.UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures, Publish: flag(inputs, "publish") }),
      );
      await settled(call, FunctionName);
    }
    await client.send(new sdk.UpdateFunctionConfigurationCommand({ ...settings(inputs), FunctionName }));
    await settled(call, FunctionName);
    if (changed("reservedConcurrentExecutions")) await limitConcurrency(call, FunctionName, inputs);
    if (!changed("tags", "tagsAll")) return;
    const Resource = needText(oldOutputs, "arn");
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await client.send(new sdk.UntagResourceCommand({ Resource, TagKeys }));
    await client.send(new sdk.TagResourceCommand({ Resource, Tags: allTags(inputs) }));
  },
  async read(call, id) {
    const answer = await unlessGone(call.clients.lambda.send(new sdk.GetFunctionCommand({ FunctionName: id })));
    const found = answer?.Configuration;
    if (found === undefined) return undefined;
    return outputs({
      arn: found.FunctionArn,
      name: found.FunctionName,
      codeSha256: found.CodeSha256,
      invokeArn: `arn:aws:apigateway:${call.region}:lambda:path/2015-03-31/functions/${found.FunctionArn}/invocations`,
      lastModified: found.LastModified,
      qualifiedArn: `${found.FunctionArn}:${found.Version}`,
      sourceCodeSize: found.CodeSize,
      version: found.Version,
    });
  },
  async delete(call, id) {
    await unlessGone(call.clients.lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: id })));
  },
};

function settings(inputs: Properties) {
  const nested = pick(inputs, "deadLetterConfig", "ephemeralStorage", "loggingConfig", "tracingConfig", "vpcConfig");
  const environment = object(inputs, "environment");
  return {
    ...pascal<Omit<sdk.UpdateFunctionConfigurationCommandInput, "FunctionName">>(nested),
    Description: text(inputs, "description"),
    Environment: environment && { Variables: textMap(environment, "variables") },
    Handler: text(inputs, "handler"),
    KMSKeyArn: text(inputs, "kmsKeyArn"),
    Layers: texts(inputs, "layers"),
    MemorySize: count(inputs, "memorySize"),
    Role: text(inputs, "role"),
    Runtime: text(inputs, "runtime") as sdk.Runtime | undefined,
    Timeout: count(inputs, "timeout"),
  };
}

async function limitConcurrency(call: Call, FunctionName: string, inputs: Properties): Promise<void> {
  const limit = count(inputs, "reservedConcurrentExecutions") ?? -1;
  if (limit >= 0) {
    const request = { FunctionName, ReservedConcurrentExecutions: limit };
    await call.clients.lambda.send(new sdk.PutFunctionConcurrencyCommand(request));
  } else {
    await unlessGone(call.clients.lambda.send(new sdk.DeleteFunctionConcurrencyCommand({ FunctionName })));
  }
}

/** Waits until the function accepts changes again, which it does not while another one is in progress. */
async function settled(call: Call, FunctionName: string): Promise<void> {
  await waitUntil(`the function '${FunctionName}' to settle`, SETTINGS_LIMIT_SECONDS, async () => {
    const found = await call.clients.lambda.send(new sdk.GetFunctionConfigurationCommand({ FunctionName }));
    if (found.State === "Failed") throw new Error(`the function '${FunctionName}' failed: ${found.StateReason}`);
    const waiting = found.State === "Pending" || found.LastUpdateStatus === "InProgress";
    return waiting ? `it is ${found.State} and its update is ${found.LastUpdateStatus}` : undefined;
  });
}

const MAPPING = [
  ...["batchSize", "bisectBatchOnFunctionError", "enabled", "functionName", "functionResponseTypes"],
  ...["maximumBatchingWindowInSeconds", "maximumRecordAgeInSeconds", "maximumRetryAttempts", "parallelizationFactor"],
  ...["destinationConfig", "filterCriteria", "scalingConfig", "startingPosition", "tumblingWindowInSeconds"],
];

const eventSourceMapping: ResourceType = {
  inputs: {
    ...plain(...MAPPING, "eventSourceArn", "tags"),
    destinationConfig: { onFailure: plain("destinationArn") },
    filterCriteria: { filters: plain("pattern") },
    scalingConfig: plain("maximumConcurrency"),
  },
  required: ["functionName"],
  defaults: { enabled: true },
  replaces: ["eventSourceArn", "startingPosition"],
  computed: ["arn", "functionArn", "lastModified", "state", "stateTransitionReason", "uuid"],
  async create(call, inputs) {
    const request = {
      ...mapping(inputs),
      EventSourceArn: text(inputs, "eventSourceArn"),
      FunctionName: needText(inputs, "functionName"),
      Tags: allTags(inputs),
    };
    const answer = await call.clients.lambda.send(new sdk.CreateEventSourceMappingCommand(request));
    return needText(outputs({ ...answer }), "UUID");
  },
  async update(call, { id, inputs }) {
    await call.clients.lambda.send(new sdk.UpdateEventSourceMappingCommand({ ...mapping(inputs), UUID: id }));
  },
  async read(call, id) {
    const found = await unlessGone(call.clients.lambda.send(new sdk.GetEventSourceMappingCommand({ UUID: id })));
    if (found === undefined) return undefined;
    const { EventSourceMappingArn: arn, FunctionArn: functionArn, State: state } = found;
    const changes = { lastModified: found.LastModified, stateTransitionReason: found.StateTransitionReason ?? "" };
    return outputs({ arn, functionArn, state, uuid: id, ...changes });
  },
  async delete(call, id) {
    try {
      await call.clients.lambda.send(new sdk.DeleteEventSourceMappingCommand({ UUID: id }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
};

function mapping(inputs: Properties) {
  return pascal<Omit<sdk.UpdateEventSourceMappingCommandInput, "UUID">>(pick(inputs, ...MAPPING));
}

export const LAMBDA: ResourceTypes = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": eventInvokeConfig,
  "aws:lambda/permission:Permission": permission,
};
