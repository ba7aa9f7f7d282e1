import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { packed } from "../../packer";
import { type ConvergeScript, convergeScript } from "../helpers/converge-script";

const INSTANCE = { CHEF_NODE_NAME: "", CHEF_GROUP: "staging-web", CHEF_LAUNCH_HOOK: "launch" };
const ANSWER = /^autoscaling complete-lifecycle-action .* --lifecycle-action-result (\w+)$/;

describe("custom scripts around converge.sh", function () {
  this.timeout(30_000);
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    script.program("curl", `case $* in */api/token*) echo token ;; *) echo i-0abc ;; esac`);
    script.program("chef-client", `echo client >>"${script.path("order")}"`);
  });
  afterEach(() => script.remove());

  const own = (...lines: string[]) =>
    lines.map((line) => packed(`#!/bin/bash\n${line}\n`.replaceAll("ORDER", script.path("order")))).join(" ");
  const order = () => script.read("order").split("\n").filter(Boolean);
  const answers = () => script.calls("aws").flatMap((call) => ANSWER.exec(call)?.[1] ?? []);
  const resume = () => script.path("per-boot", "chef-converge");

  it("run in order, before and after the client, as root in a shell, and are deleted afterwards", async () => {
    const { status, output } = await script.run({
      ...INSTANCE,
      CHEF_BEFORE: own('echo "1 $(umask) $PWD" >>ORDER', "echo 2 >>ORDER"),
      CHEF_AFTER: own("echo 3 >>ORDER", 'echo "4 $CHEF_GROUP $CHEF_AFTER" >>ORDER'),
    });
    assert.equal(status, 0, output);
    assert.deepEqual(order(), ["1 0022 /", "2", "client", "3", "4 staging-web "]);
    assert.deepEqual(answers(), ["CONTINUE"]);
    assert.deepEqual(readdirSync(script.path("cloud")), ["part-001"]);
    assert.match(output, /script 1 of 2 'before' Chef/);
  });

  it("and the client let apt wait for another program that installs packages, as when a machine updates itself at boot", async () => {
    const see = (who: string) => `echo "${who} $(stat -c %a "$APT_CONFIG") $(cat "$APT_CONFIG")" >>ORDER`;
    script.program("chef-client", see("client").replaceAll("ORDER", script.path("order")));
    const { status, output } = await script.run({ ...INSTANCE, CHEF_BEFORE: own(see("own")) });
    assert.equal(status, 0, output);
    assert.deepEqual(
      order(),
      ["own", "client"].map((who) => `${who} 644 DPkg::Lock::Timeout "600";`),
    );
  });

  it("fail the boot if one before Chef fails: no client and no further script runs", async () => {
    const { status, output } = await script.run({
      ...INSTANCE,
      CHEF_BEFORE: own("echo 1 >>ORDER; exit 7", "echo 2 >>ORDER"),
    });
    assert.equal(status, 1);
    assert.match(output, /converge: script 1 'before' Chef failed with exit code 7; see its lines above/);
    assert.deepEqual([order(), answers(), existsSync(resume())], [["1"], ["ABANDON"], false]);
  });

  it("fail the boot if one after Chef fails, although the node exists", async () => {
    const { output } = await script.run({ ...INSTANCE, CHEF_AFTER: own("exit 3", "echo no >>ORDER") });
    assert.match(output, /is a node of .*script 1 'after' Chef failed with exit code 3/s);
    assert.deepEqual([order(), answers()], [["client"], ["ABANDON"]]);
  });

  it("do not run after a client that failed", async () => {
    script.program("chef-client", "exit 1");
    await script.run({ ...INSTANCE, CHEF_AFTER: own("echo no >>ORDER") });
    assert.deepEqual([order(), answers()], [[], ["ABANDON"]]);
  });

  it("are interrupted by a shutdown, and start again afterwards", async () => {
    script.program("systemctl", "echo stopping");
    const CHEF_BEFORE = own(
      `echo 1 >>ORDER; [ -e "${script.path("up")}" ] || { touch "${script.path("here")}"; sleep 20; }`,
    );
    const settings = { ...INSTANCE, CHEF_BEFORE };
    const when = () => existsSync(script.path("here"));
    const { output } = await script.run(settings, { when });
    assert.match(output, /the converge goes on when it is back/);
    assert.deepEqual([order(), answers()], [["1"], []]);
    assert.match(script.read("per-boot", "chef-converge"), /CHEF_RESUMED_AT=before CHEF_REBOOTS=1/);
    await script.run({
      ...settings,
      CHEF_BEFORE: own("echo again >>ORDER"),
      CHEF_RESUMED: "staging-web-i-0abc",
      CHEF_RESUMED_AT: "before",
    });
    assert.deepEqual([order(), answers()], [["1", "again", "client"], ["CONTINUE"]]);
  });

  it("are not repeated once the client has started, when that is resumed", async () => {
    const resumed = { CHEF_RESUMED: "staging-web-i-0abc", CHEF_RESUMED_AT: "chef", CHEF_REBOOTS: "1" };
    await script.run({
      ...INSTANCE,
      ...resumed,
      CHEF_BEFORE: own("echo no >>ORDER"),
      CHEF_AFTER: own("echo 3 >>ORDER"),
    });
    assert.deepEqual(order(), ["client", "3"]);
  });

  it("restart the machine no more than five times", async () => {
    const resumed = { CHEF_RESUMED: "staging-web-i-0abc", CHEF_RESUMED_AT: "before", CHEF_REBOOTS: "6" };
    const { output } = await script.run({ ...INSTANCE, ...resumed, CHEF_BEFORE: own("echo no >>ORDER") });
    assert.match(output, /scripts 'before' Chef were interrupted by a reboot, 5 times/);
    assert.deepEqual([order(), answers()], [[], ["ABANDON"]]);
  });
});
