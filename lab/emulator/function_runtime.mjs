// Does what Lambda's own runtime does for a Node function: finds the handler, calls it with the event and a context, and
// returns its result. The event comes on standard input, the result goes to standard output. The function's own output goes
// to standard error, which is the log.

import { Console } from "node:console";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

globalThis.console = new Console(process.stderr, process.stderr);
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const deadline = Date.now() + Number(process.env.LAB_TIMEOUT_SECONDS) * 1000;
const context = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: process.env.LAB_FUNCTION_ARN,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  awsRequestId: process.env.LAB_REQUEST_ID,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
};

async function loadHandler() {
  const setting = process.env._HANDLER;
  const dot = setting.lastIndexOf(".");
  const file = [".js", ".mjs", ".cjs"].map((ending) => resolve(setting.slice(0, dot) + ending)).find(existsSync);
  if (!file)
    throw new Error(`Cannot find module '${setting.slice(0, dot)}' of the handler '${setting}' in the package`);
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[setting.slice(dot + 1)] ?? loaded.default?.[setting.slice(dot + 1)];
  if (typeof handler !== "function") throw new Error(`'${setting}' is undefined or not exported`);
  return handler;
}

function end(result, status) {
  answer(JSON.stringify(result ?? null), () => process.exit(status));
}

try {
  const event = JSON.parse(await text(process.stdin));
  const handler = await loadHandler();
  end(await handler(event, context), 0);
} catch (error) {
  const trace = String(error?.stack ?? error).split("\n");
  end({ errorType: error?.name ?? "Error", errorMessage: error?.message ?? String(error), trace }, 1);
}
