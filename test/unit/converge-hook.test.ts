import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConvergeScript, convergeScript } from "../helpers/converge-script";

const INSTANCE = {
  CHEF_NODE_NAME: "",
  CHEF_GROUP: "staging-web",
  CHEF_LAUNCH_HOOK: "launch",
  CHEF_HOOK_BEAT_SECONDS: "1",
};
const BEAT = /^autoscaling record-lifecycle-action-heartbeat .*--lifecycle-hook-name launch --instance-id i-0abc$/;
const ANSWER = /^autoscaling complete-lifecycle-action .*--instance-id i-0abc --lifecycle-action-result (\w+)$/;
const NO_HOOK = "An error occurred (ValidationError): No active Lifecycle Action found with instance ID i-0abc";

describe("the launch hook in converge.sh", function () {
  this.timeout(30_000);
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    target("InService");
    const tell = `case $* in */api/token*) echo token ;; */target-lifecycle-state*) cat "${script.path("target")}" ;;`;
    script.program("curl", `${tell} *) echo i-0abc ;; esac`);
    script.program("chef-client");
    script.program("aws");
  });
  afterEach(() => {
    for (const pid of processes()) end(pid);
    script.remove();
  });

  it("gets heartbeats while the client runs, and none afterwards", async () => {
    script.program("chef-client", "sleep 3");
    await script.run(INSTANCE);
    const count = beats();
    assert.ok(count >= 2, script.calls("aws").join("\n"));
    assert.deepEqual(answers(), ["CONTINUE"]);
    await sleep(1_500);
    assert.deepEqual([beats(), processes()], [count, []]);
  });

  it("gets no more heartbeats if a first boot takes too long", async () => {
    script.program("chef-client", "sleep 4");
    await script.run({ ...INSTANCE, CHEF_HOOK_MAXIMUM_SECONDS: "1" });
    assert.equal(beats(), 1);
  });

  it("is completed again if the first attempt was refused", async () => {
    script.program(
      "aws",
      `[ "$(grep -c complete "${script.path("aws.calls")}")" -gt 1 ] || { echo AccessDenied; exit 254; }`,
    );
    const { output } = await script.run(INSTANCE);
    assert.deepEqual(answers(), ["CONTINUE", "CONTINUE"]);
    assert.doesNotMatch(output, /took no answer/);
  });

  it("may be turned off: an instance without a hook logs that and continues", async () => {
    script.program("aws", `echo "${NO_HOOK}"; exit 254`);
    const { status, output } = await script.run(INSTANCE);
    assert.equal(status, 0);
    assert.equal(answers().length, 4);
    assert.match(output, /this instance waits in no such hook/);
  });

  it("is completed again if the wait began after the first attempt", async () => {
    const early = `[ "$(grep -c complete "${script.path("aws.calls")}")" -gt 2 ] || { echo "${NO_HOOK}"; exit 254; }`;
    script.program("aws", early);
    const { output } = await script.run(INSTANCE);
    assert.deepEqual(answers(), ["CONTINUE", "CONTINUE", "CONTINUE"]);
    assert.doesNotMatch(output, /no such hook/);
  });

  describe("of an instance that is kept", () => {
    const KEPT = { ...INSTANCE, CHEF_ON_FAILED_BOOT: "keep" };

    it("is not completed if the client failed, but gets heartbeats, and the console shows how to end it", async () => {
      script.program("chef-client", "exit 1");
      const { status, output } = await script.run(KEPT);
      assert.equal(status, 1);
      assert.match(
        output,
        /^converge: kept: this instance is out of service for at most 48 hours; end it with: aws autoscaling complete-life/m,
      );
      await until("two heartbeats", () => beats() >= 2);
      assert.deepEqual(answers(), []);
      script.program("aws", `echo "${NO_HOOK}"; exit 254`);
      await until("the heartbeats to end with the wait", () => processes().length === 0);
    });

    it("gets heartbeats again after a reboot", async () => {
      script.program("chef-client", "exit 1");
      await script.run(KEPT);
      // Before the first heartbeat, it may not handle signals yet
      await until("a heartbeat", () => beats() > 0);
      for (const pid of processes()) end(pid);
      await until("the machine to be down", () => processes().length === 0);
      const before = beats();
      assert.equal(boot().status, 0);
      await until("a heartbeat", () => beats() > before);
      assert.deepEqual(answers(), []);
    });

    it("is completed with CONTINUE when it has converged", async () => {
      await script.run(KEPT);
      assert.deepEqual([answers(), processes()], [["CONTINUE"], []]);
    });
  });

  describe("of an instance of a warm pool", () => {
    const POOLED = { ...INSTANCE, CHEF_WARM_POOL: "yes" };

    it("is completed when it has converged, and when it leaves the pool while it runs", async () => {
      target("Warmed:Running");
      await script.run(POOLED);
      assert.deepEqual(answers(), ["CONTINUE"]);
      target("InService");
      await until("the second answer", () => answers().length === 2);
    });

    it("is completed when it leaves the pool by a start, as often as it waits then", async () => {
      target("Warmed:Stopped");
      await script.run(POOLED);
      for (const pid of processes()) end(pid);
      target("InService");
      script.program("aws", `echo "${NO_HOOK}"; exit 254`);
      assert.equal(boot().status, 0);
      await until("an answer that came too early", () => answers().length === 2);
      script.program("aws");
      await until("the answer", () => answers().length === 3);
      assert.match(script.read("hook.log"), /out of the warm pool/);
    });

    it("is ignored by an instance that started from an image of another one", async () => {
      await script.run(POOLED);
      for (const pid of processes()) end(pid);
      script.program("curl", "case $* in */api/token*) echo token ;; *) echo i-0def ;; esac");
      assert.equal(boot().status, 0);
      assert.ok(!existsSync(script.path("per-boot", "chef-launch-hook")));
      assert.deepEqual(processes(), []);
    });

    it("is abandoned if the client failed, and nothing waits for the pool", async () => {
      script.program("chef-client", "exit 1");
      await script.run(POOLED);
      assert.deepEqual([answers(), processes()], [["ABANDON"], []]);
      assert.ok(!existsSync(script.path("per-boot", "chef-launch-hook")));
    });
  });

  function target(state: string): void {
    writeFileSync(script.path("target"), state);
  }

  function beats(): number {
    return script.calls("aws").filter((call) => BEAT.test(call)).length;
  }

  function answers(): string[] {
    return script.calls("aws").flatMap((call) => ANSWER.exec(call)?.[1] ?? []);
  }

  /** Processes of the script that are still running. */
  function processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(script.path("cloud", "part-001")))
      .map(Number);
  }

  /** A process may have ended since it was listed. */
  function end(pid: number): void {
    try {
      process.kill(pid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  function commandLine(pid: string): string {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  }

  /** What cloud-init does at every boot. */
  function boot() {
    const settings = { ...INSTANCE, AWS_REGION: "us-east-1", PATH: `${script.path("bin")}:${process.env.PATH}` };
    return spawnSync(script.path("per-boot", "chef-launch-hook"), { encoding: "utf8", env: settings });
  }

  async function until(what: string, happened: () => boolean): Promise<void> {
    for (let tries = 0; tries < 150; tries += 1) {
      if (happened()) return;
      await sleep(100);
    }
    throw new Error(`${what} did not happen: ${script.calls("aws").join("\n")}`);
  }
});
