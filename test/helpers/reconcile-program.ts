/**
 * Reconciles one group and prints the report and the used memory. It is a separate process, so that nothing else is in its heap.
 *   node --expose-gc reconcile-program.ts CHEF_URL GROUP    (the key on standard input)
 */
import { text } from "node:stream/consumers";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { createChefClient } from "../../chef";
import { RECONCILE_DEFAULTS, reconcileGroup } from "../../reaper/reconcile";

async function main([serverUrl = "", group = ""]: readonly string[]): Promise<void> {
  const chef = createChefClient({ serverUrl, clientName: "admin", key: await text(process.stdin) });
  let most = 0;
  let asked = 0;
  const measure = (): void => {
    globalThis.gc?.();
    most = Math.max(most, process.memoryUsage().heapUsed);
  };
  const report = await reconcileGroup(
    { group, ...RECONCILE_DEFAULTS, dryRun: false },
    {
      chef,
      ec2: new EC2Client(),
      autoScaling: new AutoScalingClient(),
      now: Date.now,
      // Measures the heap about a hundred times, when it is largest: after the lists, and while instances are requested.
      onProgress: ({ step, done, total = 0 }) => {
        if (step !== "list" && done >= asked) {
          measure();
          asked = done + total / 20;
        }
      },
    },
  );
  chef.close();
  console.log(JSON.stringify({ report, heapMb: most / 1_000_000 }));
}

void main(process.argv.slice(2)).then(() => process.exit(0));
