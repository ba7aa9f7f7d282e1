import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { createHandler } from "../../reaper/handler";
import { RECONCILE_EVENT } from "../../reaper/reconcile-event";
import { keyPair } from "../helpers/chef-objects";
import { keptEnvironment } from "../helpers/environment";
import { type SyntheticFleet, startSyntheticFleet } from "../helpers/synthetic-fleet";
import { linesWrittenUntil } from "../helpers/written";

/** The function's remaining time when it is called; it keeps a tenth of it in reserve. */
const REMAINING_MS = 3500;

describe("a function's reconcile, if the Chef server's list takes longer than the remaining time", function () {
  this.timeout(30_000);
  const restoreEnvironment = keptEnvironment();
  const folder = mkdtempSync(join(tmpdir(), "reconcile-in-time-"));
  let fleet: SyntheticFleet;

  before(async () => {
    fleet = await startSyntheticFleet({ group: "web", nodes: 1000, gone: 20, pauseMs: 50 });
    writeFileSync(join(folder, "key.pem"), keyPair().privateKey);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: fleet.awsUrl,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      REAPER_CHEF_SERVER_URL: fleet.chefUrl,
      REAPER_CHEF_CLIENT_NAME: "reaper",
      REAPER_CHEF_KEY: JSON.stringify({ file: join(folder, "key.pem") }),
      REAPER_GROUPS: JSON.stringify(["web"]),
      REAPER_DEAD_LETTER_QUEUE_URL: `${fleet.awsUrl}/dead`,
    });
  });
  after(async () => {
    restoreEnvironment();
    rmSync(folder, { recursive: true, force: true });
    await fleet?.close();
  });

  it("reports and counts the failure before the function times out, and removes nothing", async () => {
    const began = Date.now();
    const context = { getRemainingTimeInMillis: () => REMAINING_MS } as Context;
    const lines = await linesWrittenUntil(() =>
      assert.rejects(createHandler()(RECONCILE_EVENT, context), /reconcile of web failed/),
    );
    assert.ok(Date.now() - began < REMAINING_MS, `${Date.now() - began} ms`);
    const told = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    assert.match(
      told.find(({ message }) => message === "the reconcile failed")?.reason,
      /the function is about to time out/,
    );
    assert.equal(told.find((line) => "ReconcileStopped" in line)?.ReconcileStopped, 1);
    assert.deepEqual(fleet.deleted, []);
  });
});
