import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { BakeEnvironment } from "../../contract/bake-environment";
import { removeUnfinishedImages } from "../images/unfinished";
import { parseSpec } from "../spec/spec";
import { connectOperator, removeBakeNode } from "../sweep/chef-cleanup";
import { removeOwnLeftovers } from "../sweep/own-leftovers";
import { isRunning, type Running } from "./running";
import { readLog } from "./supervisor";
import { withCleanup } from "./with-cleanup";

const POLL_MS = 500;

/** Cleans up after a killed supervisor: Packer, an unfinished image, the bake's node, the private folder. */
export async function finishFor({ packer, folder, nodeName, imageName }: Running): Promise<void> {
  console.error("bake: the supervisor was killed; stopping Packer and cleaning up instead");
  if (isRunning(packer)) process.kill(packer, "SIGTERM");
  while (isRunning(packer)) await pause(POLL_MS);
  const log = readLog(folder);
  rmSync(folder, { recursive: true, force: true });
  const { BAKE_SPEC }: BakeEnvironment = process.env;
  const spec = parseSpec(BAKE_SPEC);
  await withCleanup(removeUnfinishedImages(spec, { imageName, nodeName }), [
    () => removeOwnLeftovers(spec, { nodeName, log }),
    async () => {
      const chef = await connectOperator(spec);
      await removeBakeNode(chef, nodeName).finally(chef.close);
    },
  ]);
}
