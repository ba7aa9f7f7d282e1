import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { build } from "esbuild";
import { keyPair } from "../../helpers/chef-objects";
import { findGoiardi, type Goiardi, startGoiardi } from "../../helpers/goiardi";
import { findMoto, type Moto, startMoto } from "../../helpers/moto";
import { findRoto, type Roto, startRoto } from "../../helpers/roto";

const ROOT = join(__dirname, "../../..");

/** The real servers that every fault is tested with: a Chef server, EC2 and SSM, queues; and the reaper's two programs. */
export interface Room {
  readonly server: Goiardi;
  readonly moto: Moto;
  readonly roto: Roto;
  readonly ec2: EC2Client;
  /** EC2 in another region than the reapers use. */
  readonly ec2Elsewhere: EC2Client;
  readonly ssm: SSMClient;
  readonly sqs: SQSClient;
  /** PEM key of every client that is registered here, since generating keys takes longer than using one. */
  readonly publicKey: string;
  readonly programs: Programs;
  /** Starts another Chef server, for a test that stops it. */
  anotherServer(): Promise<Goiardi>;
  /** Closes something after the last test, in case its own test does not get that far. */
  closeAtTheEnd(close: () => Promise<void>): void;
}

/** Paths of the programs, each bundled into one file, so that it starts as quickly as in its container. */
export interface Programs {
  readonly worker: string;
  readonly lambda: string;
}

let opening: Promise<Room | undefined> | undefined;
let opened: Room | undefined;
const closing: (() => unknown)[] = [];
/** Number of suites that have not ended. All suites of a process share the room, whether of all files or of one. */
let users = 0;

/**
 * Opens the room for the first suite that uses it, and closes it after the last.
 * Skips the suite if the lab is not set up.
 */
export function useRoom(): () => Room {
  users += 1;
  after(function () {
    users -= 1;
    // Added only now, so that it runs after the suite's own `after` hooks
    if (users === 0) this.test?.parent?.afterAll("the room is closed", close);
  });
  before(async function () {
    this.timeout(120_000);
    opening ??= open();
    opened = await opening;
    if (opened === undefined) {
      this.skip();
    }
  });
  return () => {
    if (opened === undefined) {
      throw new Error("the room is not open before the first suite's own 'before'");
    }
    return opened;
  };
}

async function close(this: Mocha.Context): Promise<void> {
  this.timeout(60_000);
  opening = opened = undefined;
  await Promise.all(closing.splice(0).map((end) => end()));
}

async function open(): Promise<Room | undefined> {
  const [goiardi, emulator, queues] = [findGoiardi(), findMoto(), findRoto()];
  if (goiardi === undefined || emulator === undefined || queues === undefined) {
    return undefined;
  }
  const anotherServer = async (): Promise<Goiardi> => {
    const started = await startGoiardi(goiardi);
    closing.push(started.remove);
    return started;
  };
  const [server, moto, roto, programs] = await Promise.all([
    anotherServer(),
    startMoto(emulator),
    startRoto(queues),
    bundle(),
  ]);
  const aws = clientsOf(moto, roto);
  closing.push(moto.stop, roto.stop, () => Object.values(aws).map((client) => client.destroy()));
  const closeAtTheEnd = (close: () => Promise<void>): void => void closing.push(close);
  return { server, moto, roto, ...aws, publicKey: keyPair().publicKey, programs, anotherServer, closeAtTheEnd };
}

function clientsOf(moto: Moto, roto: Roto) {
  const region = "us-east-1";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const common = { region, credentials, endpoint: moto.environment.AWS_ENDPOINT_URL };
  return {
    ec2: new EC2Client(common),
    ec2Elsewhere: new EC2Client({ ...common, region: "eu-west-1" }),
    ssm: new SSMClient(common),
    sqs: new SQSClient({ ...common, endpoint: roto.url }),
  };
}

/** Bundles the Lambda function as `npm run bundle` does: the runtime provides the AWS SDK. */
async function bundle(): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  closing.push(() => rmSync(folder, { recursive: true }));
  const source = (name: string) => join(ROOT, "reaper", name);
  const common = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "error" } as const;
  const programs = { worker: join(folder, "worker.js"), lambda: join(folder, "reaper.js") };
  await Promise.all([
    build({ ...common, entryPoints: [source("worker/worker.ts")], outfile: programs.worker }),
    build({
      ...common,
      entryPoints: [source("reaper.lambda.ts")],
      outfile: programs.lambda,
      external: ["@aws-sdk/*"],
    }),
  ]);
  return programs;
}
