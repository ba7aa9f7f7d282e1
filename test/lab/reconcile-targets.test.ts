import assert from "node:assert/strict";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { nodeName } from "../../chef";
import { createReaper } from "../../reaper/reaper";
import type { GoneInstance, ReapTarget } from "../../reaper/removal/target";
import { readSettings } from "../../reaper/settings/settings";
import type { LogFields, LogLevel } from "../../reaper/telemetry/log";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { keptEnvironment } from "../helpers/environment";
import { findGoiardi } from "../helpers/goiardi";
import { type OperatorsLab, startOperatorsLab } from "../helpers/operators-lab";
import { members } from "./emulator-fleet";
import { emulatorObstacle, eventually } from "./emulator-process";

describe("a team's own targets in the scheduled reconcile", function () {
  this.timeout(120_000);
  const { publicKey } = keyPair();
  const restoreEnvironment = keptEnvironment();
  let lab: OperatorsLab;
  /** No message announced its termination. */
  let gone: string;
  let name: string;

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    lab = await startOperatorsLab(goiardi);
    Object.assign(process.env, lab.environment, reaperEnvironment());
    gone = await inService();
    name = nodeName(lab.group, gone);
    await lab.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
    const living = nodeName(lab.group, await inService(gone));
    await register(lab.chef, living, publicKey); // without a living one it would not trust EC2
  });
  after(async () => {
    restoreEnvironment();
    await lab?.stop();
  });
  beforeEach(() => register(lab.chef, name, publicKey, gone));
  afterEach(async () => {
    if (lab === undefined) return;
    await lab.chef.deleteNode(name);
    await lab.chef.deleteClient(name);
  });

  /** @returns an instance in service, other than `but` */
  function inService(but?: string): Promise<string> {
    return eventually(30, "an instance in service", async () => {
      const found = await members(lab.clients, lab.group);
      return found.find((one) => one.LifecycleState === "InService" && one.InstanceId !== but)?.InstanceId;
    });
  }

  function reaperEnvironment(): NodeJS.ProcessEnv {
    return {
      REAPER_CHEF_SERVER_URL: lab.server.url,
      REAPER_CHEF_CLIENT_NAME: "admin",
      REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator.pem"}',
      REAPER_GROUPS: JSON.stringify([lab.group]),
      REAPER_QUEUE_URL: lab.queueUrl,
      REAPER_DEAD_LETTER_QUEUE_URL: lab.deadLetterQueueUrl,
      REAPER_RECONCILE_GRACE_SECONDS: "0",
    };
  }

  const isThere = async () => [
    (await lab.chef.getNode(name)) !== undefined,
    (await lab.chef.getClient(name)) !== undefined,
  ];
  /** @returns the reasons in the log */
  async function reconcile(target: ReapTarget, more: NodeJS.ProcessEnv = {}): Promise<unknown[]> {
    const reasons: unknown[] = [];
    const telemetry = {
      log: (_: LogLevel, __: string, fields?: LogFields) => void reasons.push(fields?.reason),
      metrics: { add: () => undefined, publish: () => undefined },
    };
    const settings = readSettings({ ...process.env, ...more });
    await createReaper(settings, telemetry, { targets: [target] }).reconcile();
    return reasons.filter((reason) => reason !== undefined);
  }

  it("are called for each instance that is gone, while its node and client still exist", async () => {
    const asked: [GoneInstance, boolean[]][] = [];
    const dns: ReapTarget = {
      name: "dns",
      remove: async (instance) => {
        asked.push([instance, await isThere()]);
        return "removed";
      },
    };
    assert.deepEqual(await reconcile(dns), ["node deleted, client deleted, dns removed"]);
    assert.deepEqual(asked, [[{ instanceId: gone, nodeName: name, group: lab.group }, [true, true]]]);
    assert.deepEqual(await isThere(), [false, false]);
  });

  it("are called again by the next run if they fail, since node and client are kept until then", async () => {
    let isDown = true;
    const dns: ReapTarget = {
      name: "dns",
      remove: async () => {
        if (isDown) throw new Error("503 from the name server");
        return "absent";
      },
    };
    await assert.rejects(reconcile(dns), /the reconcile of test-web failed/);
    assert.deepEqual(await isThere(), [true, true]);
    isDown = false;
    await reconcile(dns);
    assert.deepEqual(await isThere(), [false, false]);
  });

  it("are not called for a name that another instance uses, nor in a dry run", async () => {
    const asked: string[] = [];
    const dns: ReapTarget = {
      name: "dns",
      remove: async ({ instanceId: id }) => {
        asked.push(id);
        return "removed";
      },
    };
    await reconcile(dns, { REAPER_DRY_RUN: "true" });
    await lab.chef.deleteNode(name);
    await lab.chef.deleteClient(name);
    await register(lab.chef, name, publicKey, instanceId(1));
    await reconcile(dns);
    assert.deepEqual(asked, []);
    assert.deepEqual(await isThere(), [true, true]);
  });
});
