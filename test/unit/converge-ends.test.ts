import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { type ConvergeScript, convergeScript, KEY } from "../helpers/converge-script";

const INSTANCE = { CHEF_NODE_NAME: "", CHEF_GROUP: "staging-web", CHEF_LAUNCH_HOOK: "launch" };
const NAME = "staging-web-i-0abc";

/** How the client is called, how it exits, and what follows for an instance and for a bake. */
describe("a run of the Chef client in converge.sh", function () {
  this.timeout(20_000);
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    script.program("curl", "case $* in */api/token*) echo token ;; *) echo i-0abc ;; esac");
    script.program("shutdown");
    script.program("chef-client");
  });
  afterEach(() => script.remove());

  it("finds its configuration whatever the client's name", async () => {
    for (const client of ["chef-client", "cinc-client"]) {
      rmSync(script.path("bin", "chef-client"), { force: true });
      script.program(client);
      assert.equal((await script.run()).status, 0);
      const rb = script.path("etc", "chef", "client.rb");
      assert.ok(script.calls(client)[0]?.includes(`--config ${rb}`), script.calls(client).join());
    }
  });

  it("has the same HOME, PATH, umask and folder in a bake as at boot, where cloud-init sets few", async () => {
    script.program("chef-client", `{ pwd; umask; echo "$HOME $USER $LANG $PATH"; } >>"${script.path("seen")}"`);
    await script.run({ HOME: "/home/admin", PATH: `/opt/strange:${script.path("bin")}:/usr/bin:/bin` });
    const bake = script.read("seen");
    rmSync(script.path("seen"));
    // Like cloud-init, without HOME
    const file = script.path("cloud", "part-001");
    const settings = ["CHEF_SERVER_URL=https://c", "CHEF_VALIDATOR_NAME=v", "CHEF_VALIDATOR_KEY_SOURCE=ssm"];
    const more = ["CHEF_VALIDATOR_KEY_ID=/v", "AWS_REGION=us-east-1", "CHEF_GROUP=staging-web"];
    script.program("aws", `cat <<'KEY'\n${KEY}KEY`);
    spawnSync("env", ["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", ...settings, ...more, file], { encoding: "utf8" });
    assert.equal(script.read("seen"), bake);
    assert.match(bake, /^\/\n0022\n\/root root C\.UTF-8 \S*\/usr\/local\/sbin:/);
  });

  it("gets the license setting if there is one, and no empty one", async () => {
    script.program("chef-client", `echo "\${CHEF_LICENSE-unset}" >>"${script.path("seen")}"`);
    for (const answer of ["", "accept"]) await script.run({ CHEF_LICENSE: answer });
    assert.equal(script.read("seen"), "unset\naccept\n");
  });

  it("runs again if the client upgraded itself, but not forever", async () => {
    script.program("chef-client", `[ "$(wc -l <"${script.path("chef-client.calls")}")" -gt 1 ] || exit 213`);
    assert.equal((await script.run()).status, 0);
    assert.equal(script.calls("chef-client").length, 2);
    script.program("chef-client", "exit 213");
    const { status, output } = await script.run();
    assert.equal(status, 1);
    assert.match(output, /exit code 213: it upgrades itself at every run/);
  });

  for (const code of [35, 37]) {
    it(`reboots an instance if the client exits with ${code}, and converges it afterwards`, async () => {
      script.program("chef-client", `exit ${code}`);
      const first = await script.run(INSTANCE);
      assert.equal(first.status, 0, first.output);
      assert.deepEqual(script.calls("aws").filter(isAnswer), []);
      assert.equal(script.calls("shutdown").length, code === 37 ? 1 : 0);
      script.program("chef-client", `cat "${script.path("etc", "chef", "client.pem")}" >"${script.path("seen")}"`);
      spawnSync("sh", ["-c", `echo own >"${script.path("etc", "chef", "client.pem")}"`]);
      const { status, stdout, stderr } = resume();
      assert.equal(status, 0, stdout + stderr);
      assert.equal(script.read("seen"), "own\n", "it registers once");
      assert.match(script.calls("aws").filter(isAnswer).join(), /action-result CONTINUE/);
      assert.ok(!existsSync(script.path("per-boot", "chef-converge")));
    });

    it(`reports in a bake that it cannot reboot if the client exits with ${code}`, async () => {
      script.program("chef-client", `exit ${code}`);
      const { status, output } = await script.run();
      assert.equal(status, 1);
      assert.match(output, /a recipe asked for a reboot, which a bake cannot do/);
      assert.doesNotMatch(output, /name/);
    });
  }

  it("gives up on an instance that wants to reboot every time", async () => {
    script.program("chef-client", "exit 35");
    await script.run(INSTANCE);
    let last = "";
    for (let boot = 0; boot < 6 && existsSync(script.path("per-boot", "chef-converge")); boot += 1)
      last = resume().stderr;
    assert.match(last, /asked for a reboot again, after 5 of them/);
    assert.match(script.calls("aws").filter(isAnswer).join("\n"), /action-result ABANDON$/);
  });

  it("ignores its own leftovers in an image on an instance that starts from it", async () => {
    script.program("chef-client", "exit 35");
    await script.run(INSTANCE);
    script.program("curl", "case $* in */api/token*) echo token ;; *) echo i-0def ;; esac");
    script.program("chef-client");
    const runs = script.calls("chef-client").length;
    assert.equal(resume().status, 0);
    assert.equal(script.calls("chef-client").length, runs);
    assert.deepEqual(script.calls("aws").filter(isAnswer), []);
    assert.ok(!existsSync(script.path("per-boot", "chef-converge")));
  });

  it("does not complete the hook if the machine shuts down during it", async () => {
    script.program("systemctl", "echo stopping");
    script.program("chef-client", "sleep 10");
    const { output } = await script.run(INSTANCE, { when: () => script.calls("chef-client").length > 0 });
    assert.match(output, /the machine goes down; the converge goes on when it is back/);
    assert.deepEqual(script.calls("aws").filter(isAnswer), []);
    assert.ok(existsSync(script.path("per-boot", "chef-converge")));
  });

  it("ends the client and completes the hook if only the script is stopped", async () => {
    script.program("systemctl", "echo running");
    script.program(
      "chef-client",
      `trap 'touch "${script.path("ended")}"; exit 3' TERM; echo >"${script.path("ready")}"; sleep 10 & wait`,
    );
    await script.run(INSTANCE, { when: () => script.read("ready") !== "" });
    assert.ok(existsSync(script.path("ended")));
    assert.match(script.calls("aws").filter(isAnswer).join(), /action-result ABANDON/);
  });

  it("has a time limit", async () => {
    script.program("chef-client", "sleep 30");
    const { status, output } = await script.run({ CHEF_CONVERGE_TIMEOUT_SECONDS: "1" });
    assert.equal(status, 1);
    assert.match(output, /exit code 124: it took longer than the 1 s/);
  });

  it("waits for another client's lock for a limited time", async () => {
    await script.run();
    await script.run({ CHEF_CONVERGE_TIMEOUT_SECONDS: "60" });
    const waits = script.calls("chef-client").map((call) => /--run-lock-timeout (\d+)/.exec(call)?.[1]);
    assert.deepEqual(waits, ["600", "30"]);
  });

  /** The client's own messages in chef-client 18.8.72, and the reason that is reported for each. */
  const FAILURES: Record<string, [code: number, says: string, why: RegExp]> = {
    "a license": [172, "Chef Infra Client cannot execute without accepting the license", /license .* not accepted/],
    "a license key": [174, "", /wants a license key/],
    "a signal": [3, "SIGTERM received, stopping", /stopped by a signal/],
    "a reboot that failed": [41, "", /the reboot failed/],
    "a lock": [
      1,
      "RuntimeError: Unable to acquire lock. Waited 600 seconds for 4711 to release.",
      /another Chef client .* held the run lock/,
    ],
    TLS: [
      1,
      "SSL_connect returned=1 errno=0 state=error: certificate verify failed (self-signed certificate)",
      /TLS: .* not trusted/,
    ],
    "a name that is taken": [
      1,
      'FATAL: Net::HTTPClientException: 409 "Conflict"',
      /a client or node of that name already/,
    ],
    "a key": [
      1,
      "Authentication Error:\nFailed to authenticate to the Chef Infra Server (http 401).",
      /does not accept the key/,
    ],
    "a missing right": [
      1,
      "Authorization Error:\nYour validation client is not authorized",
      /the server knows the key and refuses/,
    ],
    "no server": [
      1,
      "Network Error:\nThere was a network error connecting to the Chef Infra Server",
      /does not answer at https:/,
    ],
    "a cookbook": [1, "Missing Cookbooks:\nNo such cookbook: base", /lacks a cookbook/],
    "a role": [
      1,
      "Error expanding the run_list:\nMissing Role(s) in Run List:\n* web",
      /lacks a role, .* or the policy/,
    ],
    "an environment": [
      1,
      'Error expanding the run_list:\nCannot load environment x\nFATAL: Net::HTTPClientException: 404 "Not Found"',
      /lacks a role, the environment '_default'/,
    ],
    "an environment, behind 16's own error": [
      1,
      "Error expanding the run_list:\nUnexpected API Request Failure:\nCannot load environment x\n" +
        "FATAL: NoMethodError: undefined method `logger' for nil:NilClass",
      /lacks a role, the environment '_default'/,
    ],
    "a server in trouble": [1, "Error expanding the run_list:\nUnknown Server Error:", /the run failed; see/],
    "a recipe": [1, "Mixlib::ShellOut::ShellCommandFailed", /the run failed; see/],
  };
  for (const [what, [code, says, why]] of Object.entries(FAILURES)) {
    it(`reports ${what} as the cause`, async () => {
      script.program("chef-client", `cat <<'SAID'\n${says}\nSAID\nexit ${code}`);
      const { status, output } = await script.run(INSTANCE);
      assert.equal(status, 1);
      assert.match(output, new RegExp(`failed for '${NAME}' with exit code ${code}: .*${why.source}`));
      if (what !== "a name that is taken") assert.doesNotMatch(output, /that name already/);
      assert.match(script.calls("aws").filter(isAnswer).join(), /action-result ABANDON/);
    });
  }

  it("finds in the client's trace that the name was taken, although the client reports a missing permission", async () => {
    const trace = script.path("chef-stacktrace.out");
    const caused = `Net::HTTPClientException: 403 "Forbidden"\n\n>>>> Caused by Net::HTTPClientException: 409 "Conflict"`;
    script.program(
      "chef-client",
      `echo '${caused}' >"${trace}"; echo "[x] FATAL: Stacktrace dumped to ${trace}"; echo 'Authorization Error:'; exit 1`,
    );
    assert.match((await script.run(INSTANCE)).output, /a client or node of that name already/);
  });

  it("reports a name in use as the likely cause if the client keeps no trace of it, as 16 does", async () => {
    const said = 'Authorization Error:\n* There may already be a client named "web-1"';
    script.program("chef-client", `printf '%s\\n' '${said}'; exit 1`);
    assert.match((await script.run(INSTANCE)).output, /has a client of that name already, .* or does not let/);
  });

  it("completes the hook with ABANDON at once, with the reason, if the image lacks what it needs", async () => {
    rmSync(script.path("bin", "chef-client"));
    const without = await script.run(INSTANCE);
    assert.match(without.output, /neither chef-client nor cinc-client/);
    const mistaken = await script.run({ ...INSTANCE, CHEF_VALIDATOR_NAME: "" });
    assert.match(mistaken.output, /'CHEF_VALIDATOR_NAME' is empty or missing/);
    for (const { status, output } of [without, mistaken]) {
      assert.equal(status, 1);
      assert.match(output, /the answer to the launch hook 'launch' is ABANDON/);
    }
    assert.equal(script.calls("aws").filter((call) => /action-result ABANDON$/.test(call)).length, 2);
  });

  it("does not wait for processes that a recipe left running", async () => {
    script.program("chef-client", "sleep 15 & exit 0");
    const started = Date.now();
    const { status } = await script.run({}, undefined);
    assert.equal(status, 0);
    assert.ok(Date.now() - started < 10_000);
  });

  function isAnswer(call: string): boolean {
    return call.startsWith("autoscaling complete-lifecycle-action");
  }

  /** What cloud-init does at the next start. */
  function resume() {
    const settings = {
      CHEF_SERVER_URL: "https://chef.example.com",
      CHEF_VALIDATOR_NAME: "v",
      CHEF_VALIDATOR_KEY_SOURCE: "ssm",
      CHEF_VALIDATOR_KEY_ID: "/v",
      AWS_REGION: "us-east-1",
      ...INSTANCE,
    };
    script.program("aws", `cat <<'KEY'\n${KEY}KEY`);
    const PATH = `${script.path("bin")}:${process.env.PATH}`;
    return spawnSync(script.path("per-boot", "chef-converge"), { encoding: "utf8", env: { ...settings, PATH } });
  }
});
