import { join } from "node:path";
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { projectRoot } from "../services/places";
import type { StoryContext } from "./context";

/**
 * Pauses the reaper, so that a message can be seen in the queue before it is processed. The function's event source mapping is disabled,
 * as an operator would do; the worker is simply not started yet.
 */
export async function holdReaper(context: StoryContext): Promise<void> {
  if (context.options.reaper !== "worker") {
    await enableMapping(context, false);
  }
}

/** Lets the reaper read the queue. @returns the kind of reaper, for people */
export async function releaseReaper(context: StoryContext): Promise<string> {
  if (context.options.reaper === "worker") {
    startWorker(context);
    return "worker process";
  }
  await enableMapping(context, true);
  return "Lambda function";
}

async function enableMapping(context: StoryContext, Enabled: boolean): Promise<void> {
  const { lambda } = context.fact("lab").aws;
  const FunctionName = context.fact("outputs").groups.web.reaperFunctionName;
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const mapping = EventSourceMappings.find(({ FunctionArn }) => FunctionArn?.endsWith(`:${FunctionName}`));
  if (!mapping?.UUID) {
    throw new Error(`the function '${FunctionName}' has no event source mapping, expected one on the group's queue`);
  }
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled }));
}

/** Starts the long-running reaper as a container would. */
function startWorker(context: StoryContext): void {
  const lab = context.fact("lab");
  const { autoScalingGroupName, queueUrl, deadLetterQueueUrl } = context.fact("outputs").groups.web;
  const { operator } = lab.keys;
  lab.run({
    name: "worker",
    command: process.execPath,
    args: [join(projectRoot, "dist", "reaper", "worker", "worker.js")],
    environment: {
      REAPER_CHEF_SERVER_URL: lab.chefUrl,
      REAPER_CHEF_CLIENT_NAME: operator.name,
      REAPER_CHEF_KEY: JSON.stringify({ ssmParameter: operator.parameter }),
      REAPER_GROUPS: JSON.stringify([autoScalingGroupName]),
      REAPER_ABSENCE_GRACE_SECONDS: "10",
      REAPER_PORT: "0",
      REAPER_QUEUE_URL: queueUrl,
      REAPER_DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
    },
  });
}
