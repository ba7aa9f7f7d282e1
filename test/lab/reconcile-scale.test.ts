import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { ReconcileReport } from "../../reaper/reconcile";
import { MOST_PROVEN } from "../../reaper/reconcile/options";
import { keyPair } from "../helpers/chef-objects";
import { startSyntheticFleet } from "../helpers/synthetic-fleet";

const PROGRAM = join(__dirname, "../helpers/reconcile-program.ts");
const GONE = 20;
/** More than one run looks up. */
const FORGOTTEN = MOST_PROVEN + 20;
/** Megabytes that are just enough for Node, tsx and the SDK's two clients; 30,000 node documents would take 300. */
const HEAP_LIMIT_MB = 96;

interface Outcome {
  readonly report: ReconcileReport;
  readonly heapMb: number;
}

/** The servers are simulated: the test measures the memory of the reconcile, for lists that no server on this machine can return. */
describe("a reconcile of 30,000 nodes", function () {
  this.timeout(300_000);
  const { privateKey } = keyPair();

  async function reconcile(nodes: number): Promise<Outcome> {
    const fleet = await startSyntheticFleet({ group: "web", nodes, gone: GONE, forgotten: FORGOTTEN });
    try {
      const outcome = JSON.parse(await run([fleet.chefUrl, "web"], privateKey, fleet.awsUrl)) as Outcome;
      assert.equal(fleet.deleted.length, 2 * GONE);
      return outcome;
    } finally {
      await fleet.close();
    }
  }

  it("finds what is left over, and uses only a few megabytes more than for 1,000", async () => {
    const [few, many] = [await reconcile(1000), await reconcile(30_000)];
    for (const [{ report }, names] of [
      [few, 1000],
      [many, 30_000],
    ] as const) {
      assert.deepEqual(report.examined, { nodes: names, clients: names, names });
      assert.deepEqual([report.living, report.removed.length], [names - GONE - FORGOTTEN, GONE]);
      assert.deepEqual([report.kept.length, report.notLookedAt, report.stopped], [MOST_PROVEN, 20, undefined]);
    }
    console.log(
      `      heap at its fullest: ${few.heapMb.toFixed(1)} MB for 1,000, ${many.heapMb.toFixed(1)} MB for 30,000`,
    );
    assert.ok(many.heapMb - few.heapMb < 8, `${few.heapMb} MB for 1,000 nodes, ${many.heapMb} MB for 30,000`);
  });
});

function run(args: readonly string[], input: string, endpoint: string): Promise<string> {
  const environment = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" };
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const node = [`--max-old-space-size=${HEAP_LIMIT_MB}`, "--expose-gc", "--import", "tsx", PROGRAM, ...args];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment, ...credentials };
    const child = execFile(process.execPath, node, { env, maxBuffer: 64 << 20 }, (error, printed, said) =>
      error ? reject(new Error(`${error.message}\n${said}`)) : resolve(printed),
    );
    child.stdin?.end(input);
  });
}
