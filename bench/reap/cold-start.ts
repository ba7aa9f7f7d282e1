import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { nodeName } from "../../chef";
import { projectRoot } from "../../lab/services/places";
import { startFaultProxy } from "../../test/helpers/fault-proxy";
import { notification } from "../../test/helpers/messages";
import { median } from "../median";
import { GROUP } from "./chef-server";
import type { Stage } from "./stage";
import { reaperEnvironment } from "./worker";

const BUNDLE = join(projectRoot, "dist", "lambda", "reaper.js");
const TIMES = 5;

/** Calls a module's handler with the event from standard input, and prints a word after its response. */
const CALL = `
  const { handler } = require(process.argv[1]);
  handler(JSON.parse(require("node:fs").readFileSync(0, "utf8"))).then(() => process.stdout.write("answered"));
`;
/** A handler that does nothing but create one client of each given package of the SDK. */
const EMPTY = `
  const clientOf = (part) => Object.entries(require(part)).find(([name]) => /^[A-Z].*Client$/.test(name))[1];
  const clients = process.argv.slice(1).map((part) => new (clientOf(part))());
  const handler = async () => ({ batchItemFailures: [], clients: clients.length });
  handler().then(() => process.stdout.write("answered"));
`;

export interface ColdStart {
  /** Milliseconds from the start of Node to the first DELETE request at the Chef server. */
  readonly firstDeletionMs: number;
  /** Milliseconds from the start of Node to the response of a handler that does nothing. */
  readonly emptyMs: number;
  readonly bundleBytes: number;
}

/** Measures the function as deployed, each time in a new process: the median of five runs that alternate with the empty handler. */
export async function coldStart(stage: Stage): Promise<ColdStart> {
  if (!existsSync(BUNDLE)) throw new Error(`'${BUNDLE}' is missing; run 'npm run build' first`);
  const proxy = await startFaultProxy(stage.server.url);
  const queue = await stage.queues.announce([]);
  const environment = reaperEnvironment(queue, { ...stage, chefUrl: proxy.url, concurrency: 10, connections: 16 });
  const parts = partsOfSdk();
  const [deletions, empty]: [number[], number[]] = [[], []];
  try {
    for (let time = 0; time < TIMES; time++) {
      empty.push(await millisecondsOf(["-e", EMPTY, ...parts], environment));
      const [id = ""] = await stage.server.register(1);
      let deletedAt = 0;
      proxy.setFault(({ method }) => {
        if (method === "DELETE" && deletedAt === 0) deletedAt = performance.now();
        return "pass";
      });
      const started = performance.now();
      await millisecondsOf(["-e", CALL, BUNDLE], environment, eventFor(id));
      if (await stage.server.chef.getNode(nodeName(GROUP, id))) throw new Error("the function deleted nothing");
      deletions.push(deletedAt - started);
    }
  } finally {
    await proxy.close();
  }
  const bundleBytes = statSync(BUNDLE).size;
  return { firstDeletionMs: median(deletions), emptyMs: median(empty), bundleBytes };
}

/** SDK packages that the bundle does not include, because the Lambda runtime provides them. */
function partsOfSdk(): string[] {
  return [...new Set(readFileSync(BUNDLE, "utf8").match(/(?<=require\(")@aws-sdk\/client-[a-z0-9-]+(?="\))/g))];
}

function eventFor(id: string): unknown {
  const body = JSON.stringify(notification(GROUP, id, { Time: new Date().toISOString() }));
  const attributes = { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) };
  const eventSourceARN = "arn:aws:sqs:us-east-1:123456789012:terminations";
  return {
    Records: [{ messageId: "m", receiptHandle: "r", body, attributes, eventSource: "aws:sqs", eventSourceARN }],
  };
}

async function millisecondsOf(args: readonly string[], env: NodeJS.ProcessEnv, event: unknown = {}): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(event));
  let printed = "";
  let answeredAt = 0;
  child.stdout.on("data", (data) => {
    printed += data;
    if (printed.endsWith("answered")) answeredAt = performance.now();
  });
  const [code] = await once(child, "close");
  if (code !== 0 || answeredAt === 0) throw new Error(`the handler did not answer (${code}): ${printed}`);
  return answeredAt - started;
}
