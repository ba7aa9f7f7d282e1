import assert from "node:assert/strict";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import type { ReapedInstance } from "../../cli/reap/reap-instance";
import type { ReconcileReport } from "../../reaper/reconcile";
import { instanceId, register } from "../helpers/chef-objects";
import { useOperatorsHand } from "../helpers/operators-hand";
import { members } from "./emulator-fleet";
import { eventually } from "./emulator-process";

/** Ids that no instance has. */
const [GONE = "", HALF = "", FOREIGN = "", ABSENT = ""] = [1, 2, 3, 4].map(instanceId);

describe("the operators' commands with a real Chef server and an emulated AWS", function () {
  this.timeout(120_000);
  const hand = useOperatorsHand();

  describe("reap", () => {
    const outcomes = ({ instances }: { instances: ReapedInstance[] }) => instances.map(({ outcome }) => outcome);

    it("removes what is gone, and refuses what is alive or belongs to another instance", async () => {
      await register(hand.lab.chef, hand.node(GONE), hand.publicKey, GONE);
      await hand.lab.chef.createClient({ name: hand.node(HALF), publicKey: hand.publicKey });
      await register(hand.lab.chef, hand.node(FOREIGN), hand.publicKey, hand.running);
      await register(hand.lab.chef, hand.node(hand.running), hand.publicKey, hand.running);
      const ids = [GONE, hand.node(HALF), FOREIGN, hand.running, ABSENT];
      const dry = await hand.json<{ instances: ReapedInstance[] }>(["reap", ...ids, "--dry-run"]);
      assert.deepEqual(outcomes(dry.document), ["would-remove", "would-remove", "refused", "refused", "absent"]);
      assert.equal((await hand.nodes()).length, 3, "a dry run removes nothing");
      const wet = await hand.json<{ instances: ReapedInstance[] }>(["reap", ...ids]);
      assert.deepEqual(outcomes(wet.document), ["removed", "removed", "refused", "refused", "absent"]);
      assert.deepEqual([dry.code, wet.code], [4, 4]);
      assert.match(wet.document.instances[3]?.reason ?? "", /is running, so its node must not be removed/);
      assert.deepEqual(await hand.nodes(), [hand.node(FOREIGN), hand.node(hand.running)].sort());
      assert.deepEqual((await hand.ours()).sort(), [hand.node(FOREIGN), hand.node(hand.running)].sort());
    });

    it("exits with 3 after a dry run that found something, and with 0 if nothing is left", async () => {
      await register(hand.lab.chef, hand.node(GONE), hand.publicKey);
      assert.equal((await hand.json(["reap", GONE, "--dry-run"])).code, 3);
      assert.equal((await hand.json(["reap", GONE])).code, 0);
      assert.equal((await hand.json(["reap", GONE])).code, 0);
    });

    it("does not trust EC2 in a region or account without such a group", async () => {
      await register(hand.lab.chef, "elsewhere-i-00000000000000001", hand.publicKey);
      const chef = ["--function", "web-reaper"];
      const args = ["reap", "elsewhere-i-00000000000000001", "--group", "elsewhere", ...chef];
      const { code, stdout } = await hand.lab.run(args);
      assert.deepEqual([code, (await hand.nodes()).length], [4, 1], stdout);
      assert.match(stdout, /there is no group 'elsewhere' in us-east-1, account 123456789012, and there is no proof/);
      const forced = await hand.lab.run([...args, "--group-destroyed"]);
      assert.deepEqual([forced.code, (await hand.nodes()).length], [4, 1], "no flag stands in for evidence");
      const ec2 = { instance_id: "i-00000000000000001", region: "us-east-1", account_id: "123456789012" };
      await saveNode("elsewhere-i-00000000000000001", { ec2 });
      const advised = await hand.lab.run(args);
      assert.match(advised.stdout, /→ the instance ran there: add '--group-destroyed'/);
      const destroyed = await hand.lab.run([...args, "--group-destroyed"]);
      assert.deepEqual([destroyed.code, await hand.nodes()], [0, []], destroyed.stdout);
      await hand.lab.chef.deleteClient("elsewhere-i-00000000000000001");
    });

    it("does not trust EC2 about a node that converged recently, or in another region", async () => {
      const [lately, elsewhere] = [GONE, HALF];
      await register(hand.lab.chef, hand.node(lately), hand.publicKey);
      await register(hand.lab.chef, hand.node(elsewhere), hand.publicKey);
      await saveNode(hand.node(lately), { ohai_time: Date.now() / 1000, ec2: { instance_id: lately } });
      await saveNode(hand.node(elsewhere), { ec2: { instance_id: elsewhere, region: "eu-west-3" } });
      const { code, document } = await hand.json<{ instances: ReapedInstance[] }>(["reap", lately, elsewhere]);
      assert.deepEqual([code, outcomes(document)], [4, ["refused", "refused"]]);
      assert.match(document.instances[0]?.reason ?? "", /something converged under its node name 0 minutes ago/);
      assert.match(document.instances[1]?.reason ?? "", /the node ran in another region, 'eu-west-3'/);
      assert.equal((await hand.nodes()).length, 2);
    });

    it("reports a Chef server that is down for each instance, and fails", async () => {
      await hand.lab.server.stop();
      const { code, document } = await hand
        .json<{ instances: ReapedInstance[] }>(["reap", GONE, HALF])
        .finally(() => hand.lab.server.start());
      assert.deepEqual([code, outcomes(document)], [1, ["failed", "failed"]]);
    });

    it("rejects invalid names, and keys in place of references", async () => {
      const [name, key] = await Promise.all([
        hand.lab.run(["reap", "../admin", "--outputs", hand.lab.outputs]),
        hand.lab.run(["reap", GONE, "--outputs", hand.lab.outputs, "--chef-key", hand.lab.server.adminKey]),
      ]);
      assert.deepEqual([name.code, key.code], [2, 2]);
      assert.match(name.stderr, /'..\/admin' is not an instance/);
      assert.match(key.stderr, /contains a private key: /);
      const secret = hand.lab.server.adminKey.split("\n")[5] ?? "";
      assert.ok(secret.length > 60 && !key.stderr.includes(secret));
    });

    async function saveNode(name: string, automatic: Record<string, unknown>): Promise<void> {
      await hand.lab.chef.deleteNode(name);
      const empty = { default: {}, normal: {}, override: {}, run_list: [] };
      const type = { chef_environment: "_default", chef_type: "node", json_class: "Chef::Node" };
      await hand.lab.chef.createNode({ name, automatic, ...type, ...empty });
    }
  });

  describe("reconcile", () => {
    // Last, because it removes the group's instance
    it("removes what no message announced, up to its limit, and reports if it stops there", async () => {
      await register(hand.lab.chef, hand.node(hand.running), hand.publicKey, hand.running);
      const before = await hand.json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0"]);
      assert.deepEqual([before.code, before.document.groups[0]?.living], [0, 1]);
      await removeInstances();
      for (let number = 300; number < 306; number++)
        await register(hand.lab.chef, hand.node(instanceId(number)), hand.publicKey);
      const forgotten = instanceId(306);
      const ec2 = { instance_id: forgotten, placement_availability_zone: "us-east-1a", account_id: "123456789012" };
      await hand.lab.chef.createNode({
        name: hand.node(forgotten),
        automatic: { ohai_time: Date.now() / 1000 - 7200, ec2 },
      });
      const provable = [hand.node(hand.running), hand.node(forgotten)].sort();
      const capped = await hand.lab.run([
        "reconcile",
        "--grace",
        "0",
        "--max-count",
        "1",
        "--outputs",
        hand.lab.outputs,
      ]);
      assert.equal(capped.code, 4, capped.stdout);
      assert.match(
        capped.stdout,
        /stopped: 2 of 8 names are left over.*\n.*run this again with '--group test-web --dry-run --max-share 1 --max-count 8'/,
      );
      const wide = ["--max-share", "1", "--max-count", "8"];
      const dry = await hand.json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0", "--dry-run", ...wide]);
      assert.deepEqual([dry.code, [...(dry.document.groups[0]?.planned ?? [])].sort()], [3, provable]);
      assert.equal((await hand.nodes()).length, 8);
      const wet = await hand.json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0", ...wide]);
      assert.equal(wet.code, 3, "what is not certain is kept, and told");
      assert.deepEqual(wet.document.groups[0]?.removed.map(({ name }) => name).sort(), provable);
      assert.deepEqual([wet.document.groups[0]?.kept.length, (await hand.nodes()).length], [6, 6]);
    });

    it("rejects invalid numbers", async () => {
      const { code, stderr } = await hand.lab.run(["reconcile", "--max-share", "half", "--outputs", hand.lab.outputs]);
      assert.equal(code, 2);
      assert.match(stderr, /--max-share.*'half' is invalid\. expected a share/);
    });

    async function removeInstances(): Promise<void> {
      const update = { AutoScalingGroupName: hand.lab.group, MinSize: 0, DesiredCapacity: 0 };
      await hand.lab.clients.groups.send(new UpdateAutoScalingGroupCommand(update));
      await eventually(60, "the group without instances", async () =>
        (await members(hand.lab.clients, hand.lab.group)).length === 0 ? true : undefined,
      );
    }
  });
});
