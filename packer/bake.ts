/**
 * Bakes and removes the image, run by the Pulumi program: `node dist/packer/bake.js create|own|delete`.
 *
 * Environment: see contract/bake-environment.ts; for an update also PULUMI_COMMAND_STDOUT, the earlier output. `create` starts itself again
 * as `supervise`, with the name of the private folder in BAKE_FOLDER. `own` takes over the images of a renamed stack, and is the
 * counterpart of `delete`. Standard output is one line of JSON (see BakeResult); all messages go to standard error. Modules are loaded only
 * by the operation that needs them: the process that waits for `supervise` should start at once.
 */
import { messageOf } from "../aws/failure";
import { printableLines } from "../chef/printable";
import type { BakeEnvironment } from "../contract/bake-environment";
import type { BakeOrder } from "./images/identification";
import { ownedImages } from "./images/owned-images";
import { boundedOutput } from "./run/bounded-output";
import { superviseDetached } from "./run/detach";
import { earlierResult } from "./run/result";
import type { Running } from "./run/running";
import { bakeLimitMinutes } from "./spec/limits";
import { parseSpec } from "./spec/spec";

const { BAKE_ACCOUNT: ACCOUNT }: BakeEnvironment = process.env;
/** Packer and Chef write long lines. */
const LONGEST_LINE = 10_000;

async function main(operation: string | undefined): Promise<number> {
  switch (operation) {
    case "create":
      orderOf(process.env);
      return superviseDetached(__filename);
    case "supervise":
      return supervise();
    case "own":
      await own();
      return 0;
    case "delete":
      await remove();
      return 0;
    default:
      throw new Error(`the operation is '${operation ?? ""}', expected create, own or delete`);
  }
}

async function supervise(): Promise<number> {
  const order = orderOf(process.env);
  const [{ assertAccount }, { createImage }] = await Promise.all([
    import("./run/account.js"),
    import("./run/create.js"),
  ]);
  await assertAccount(order.spec.region, ACCOUNT);
  const result = await createImage(order, earlierResult(process.env), {
    signal: AbortSignal.any([stopSignal(), limitSignal()]),
    write,
    onRunning: (running: Running) => {
      // If the channel closes at this moment, this is no error: its own event stops the bake.
      if (process.connected) process.send?.(running, undefined, undefined, () => undefined);
    },
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (process.connected) process.disconnect();
  return 0;
}

async function own(): Promise<void> {
  const owned = ownedImages(process.env);
  const before = earlierResult(process.env).stack;
  if (owned && before !== undefined && before !== owned.stack) {
    const [{ assertAccount }, { adoptImages }] = await Promise.all([
      import("./run/account.js"),
      import("./images/adopt.js"),
    ]);
    await assertAccount(owned.region, ACCOUNT);
    await adoptImages(owned, before, write);
  }
  process.stdout.write(`${JSON.stringify({ stack: owned?.stack })}\n`);
}

async function remove(): Promise<void> {
  const owned = ownedImages(process.env);
  if (!owned) return write("bake: the images are kept\n");
  const [{ assertAccount }, { removeImages }] = await Promise.all([
    import("./run/account.js"),
    import("./images/remove.js"),
  ]);
  await assertAccount(owned.region, ACCOUNT);
  await removeImages(owned, write);
}

/** Aborted on every stop signal, and when the process that watches the bake is gone. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("the bake was stopped; Packer has removed what it had created"));
  process.once("disconnect", stop);
  if (process.send && !process.connected) stop();
  // The output is no longer read: the engine is gone, even if a shell in between is still alive
  for (const stream of [process.stdout, process.stderr]) stream.on("error", stop);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  return controller.signal;
}

/** Aborted when the bake has taken too long. The sweep relies on it: no bake uses anything older. */
function limitSignal(): AbortSignal {
  const minutes = bakeLimitMinutes(process.env);
  const controller = new AbortController();
  const stop = () =>
    controller.abort(
      new Error(`the bake took more than ${minutes} minutes and was stopped; raise BAKE_LIMIT_MINUTES to allow more`),
    );
  setTimeout(stop, minutes * 60_000).unref();
  return controller.signal;
}

function orderOf(environment: BakeEnvironment): BakeOrder {
  const { BAKE_INSTANCE_TYPE: instanceType, BAKE_FINGERPRINT: fingerprint } = environment;
  if (!instanceType) throw new Error("'BAKE_INSTANCE_TYPE' is empty or missing; set the bake's 'instanceType'");
  if (!fingerprint || !/^[0-9a-f]{64}$/.test(fingerprint)) {
    throw new Error(
      `'BAKE_FINGERPRINT' is '${fingerprint ?? ""}', expected 64 hexadecimal digits; the Pulumi program sets it`,
    );
  }
  return { spec: parseSpec(environment.BAKE_SPEC), instanceType, fingerprint };
}

const output = boundedOutput((text) => process.stderr.write(text));

/** Writes whole lines. They contain output of the instance or a server, which may be anything. */
function write(text: string): void {
  output.write(printableLines(text, LONGEST_LINE));
}

// Without a listener, writing a line that is not read would end this process before it has cleaned
// up.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

main(process.argv[2]).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    output.release();
    process.stderr.write(`${printableLines(`bake: ${messageOf(error)}`, LONGEST_LINE)}\n`);
    process.exit(1);
  },
);
