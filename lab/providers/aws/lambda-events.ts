import * as sdk from "@aws-sdk/client-lambda";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs, pascal, pick } from "./pascal";
import { needText, text } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";

/** `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`: how often Lambda tries asynchronous invocations. */
export const eventInvokeConfig: ResourceType = {
  inputs: {
    ...plain("functionName", "maximumEventAgeInSeconds", "maximumRetryAttempts", "qualifier"),
    destinationConfig: { onFailure: plain("destination"), onSuccess: plain("destination") },
  },
  required: ["functionName"],
  defaults: { maximumRetryAttempts: 2 },
  replaces: ["functionName", "qualifier"],
  computed: [],
  async create(call, inputs) {
    await put(call, inputs);
    return [needText(inputs, "functionName"), text(inputs, "qualifier")].filter(Boolean).join(":");
  },
  async update(call, { inputs }) {
    await put(call, inputs);
  },
  async read(call, _, inputs) {
    const found = await unlessGone(
      call.clients.lambda.send(new sdk.GetFunctionEventInvokeConfigCommand(named(inputs))),
    );
    if (found === undefined) return undefined;
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = found;
    return outputs({ MaximumRetryAttempts, MaximumEventAgeInSeconds });
  },
  async delete(call, _, state) {
    await unlessGone(call.clients.lambda.send(new sdk.DeleteFunctionEventInvokeConfigCommand(named(state))));
  },
};

async function put(call: Call, inputs: Properties): Promise<void> {
  const settings = pick(inputs, "destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts");
  await call.clients.lambda.send(
    new sdk.PutFunctionEventInvokeConfigCommand({
      ...pascal<Omit<sdk.PutFunctionEventInvokeConfigCommandInput, "FunctionName">>(settings),
      ...named(inputs),
    }),
  );
}

function named(inputs: Properties): { FunctionName: string; Qualifier?: string } {
  return { FunctionName: needText(inputs, "functionName"), Qualifier: text(inputs, "qualifier") };
}
