import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../lab/services/places";
import { RECONCILE_EVENT } from "../reaper/reconcile-event";
import { keyPair } from "../test/helpers/chef-objects";
import { startSyntheticFleet } from "../test/helpers/synthetic-fleet";
import type { BenchmarkResult, Row } from "./benchmark";
import { type Spent, spentBy } from "./reconcile/run";

const BUNDLE = join(projectRoot, "dist", "lambda", "reaper.js");
const GROUP = "web";
const SMALL = 10_000;
const LARGE = 100_000;
/** Among the names: instances that are terminated, and instances unknown to EC2, more than one run looks up. */
const [GONE, FORGOTTEN] = [20, 520];
/** Memory of the function as deployed. */
const MEMORY_MIB = 512;
/** MiB of memory that give a function one vCPU. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_OF_A_PROCESSOR = 1769;

/** Calls the published function as its schedule does. */
const FUNCTION = `
  const { handler } = require(process.argv[1]);
  await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 900000 });
`;
/** A minimal program with the same requests: it reads and discards both lists and looks up the same number of instances with the SDK. */
const LEAST = `
  const { EC2Client, paginateDescribeInstances } = require("@aws-sdk/client-ec2");
  const lists = await Promise.all(["nodes", "clients"].map(async (kind) => (await fetch(process.argv[1] + "/" + kind)).json()));
  const ids = Object.keys(lists[0]).map((name) => name.slice(process.argv[2].length + 1));
  const client = new EC2Client();
  const batches = Array.from({ length: Math.ceil(ids.length / 200) }, (_, n) => ids.slice(200 * n, 200 * n + 200)).values();
  const lane = async () => {
    for (const Values of batches) {
      const Filters = [{ Name: "instance-id", Values }];
      for await (const page of paginateDescribeInstances({ client }, { Filters })) void page;
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
`;

/** Measures a scheduled reconcile of 100,000 names against synthetic servers: elapsed time, CPU time and memory. */
export async function benchmark(): Promise<BenchmarkResult> {
  if (!existsSync(BUNDLE)) throw new Error(`'${BUNDLE}' is missing; run 'npm run build' first`);
  const small = await measure(SMALL);
  const large = await measure(LARGE);
  return {
    unit: "s",
    rows: [...rowsOf(SMALL, small), ...rowsOf(LARGE, large)],
    ratios: {
      of_least: large.reconcile.cpuSeconds / large.least.cpuSeconds,
      growth: large.reconcile.cpuSeconds / LARGE / (small.reconcile.cpuSeconds / SMALL),
      memory_growth: large.reconcile.megabytes / small.reconcile.megabytes,
      of_memory: large.reconcile.megabytes / MEMORY_MIB,
    },
  };
}

interface Measured {
  readonly reconcile: Spent;
  readonly least: Spent;
}

async function measure(nodes: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bench-reconcile-"));
  const fleet = await startSyntheticFleet({ group: GROUP, nodes, gone: GONE, forgotten: FORGOTTEN });
  try {
    const key = join(folder, "key.pem");
    writeFileSync(key, keyPair().privateKey);
    const environment = environmentOf(fleet.chefUrl, fleet.awsUrl, key);
    const least = await spentBy(LEAST, [fleet.chefUrl, GROUP], environment, 1024);
    const reconcile = await spentBy(FUNCTION, [BUNDLE, JSON.stringify(RECONCILE_EVENT)], environment, MEMORY_MIB);
    if (fleet.deleted.length !== 2 * GONE) throw new Error(`${fleet.deleted.length} deletions, expected ${2 * GONE}`);
    return { reconcile, least };
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentOf(chefUrl: string, awsUrl: string, key: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    REAPER_CHEF_SERVER_URL: chefUrl,
    REAPER_CHEF_CLIENT_NAME: "reaper",
    REAPER_CHEF_KEY: JSON.stringify({ file: key }),
    REAPER_GROUPS: JSON.stringify([GROUP]),
    REAPER_DEAD_LETTER_QUEUE_URL: `${awsUrl}/123456789012/dead`,
  };
}

function rowsOf(names: number, { reconcile, least }: Measured): Row[] {
  const what = `reconcile of ${names.toLocaleString("en")} names`;
  const onLambda = (reconcile.cpuSeconds * MIB_OF_A_PROCESSOR) / MEMORY_MIB;
  return [
    { what, figure: reconcile.cpuSeconds, note: `of CPU; ${reconcile.seconds.toFixed(1)} s by this machine's clock` },
    { what: `${what}, least that asks the same`, figure: least.cpuSeconds, note: "of CPU; of_least is a share of it" },
    {
      what: `${what}, at ${MEMORY_MIB} MiB`,
      figure: onLambda,
      note: "computed from its CPU; Lambda ends it after 900",
    },
    {
      what: `${what}, memory`,
      figure: reconcile.megabytes,
      unit: "MB",
      note: `${least.megabytes.toFixed(0)} MB the least`,
    },
  ];
}
