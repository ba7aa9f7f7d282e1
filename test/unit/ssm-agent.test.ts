import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptsFolder } from "../../packer/inputs/packer-files";

describe("the cleaner of the SSM agent", () => {
  let place: string;
  const state = () => readdirSync(join(place, "var/lib/amazon/ssm"));
  const told = () =>
    existsSync(join(place, "told")) ? readFileSync(join(place, "told"), "utf8").trim().split("\n") : [];

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "ssm-"));
    for (const folder of ["var/lib/amazon/ssm/i-1", "var/log/amazon/ssm", "run/systemd/system"])
      mkdirSync(join(place, folder), { recursive: true });
    writeFileSync(join(place, "var/log/amazon/ssm/agent.log"), "i-1\n");
    writeFileSync(join(place, "systemctl"), `#!/bin/sh\necho "$@" >>"${place}/told"\n`, { mode: 0o755 });
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it("stops the agent and removes its registration", () => {
    clean({});
    assert.deepEqual(state(), []);
    assert.deepEqual(told(), ["--quiet is-active amazon-ssm-agent", "stop amazon-ssm-agent"]);
  });

  it("keeps the agent running if the bake connects through it, and removes its registration at shutdown", () => {
    clean({ BAKE_SSH_INTERFACE: "session_manager" });
    assert.deepEqual(state(), ["i-1"]);
    assert.deepEqual(told(), ["daemon-reload", "start chef-autoscaling-ssm-agent.service"]);
    const unit = readFileSync(join(place, "run/systemd/system/chef-autoscaling-ssm-agent.service"), "utf8");
    assert.match(unit, /^Before=amazon-ssm-agent\.service snap\./m);
    const stop = /^ExecStop=\/bin\/bash -c '(.*)'$/m.exec(unit)?.[1] ?? "";
    assert.equal(spawnSync("/bin/bash", ["-c", stop]).status, 0);
    assert.deepEqual([state(), readdirSync(join(place, "var/log/amazon/ssm"))], [[], []]);
  });

  /** Runs the cleaner with folders of the test instead of the machine's. */
  function clean(environment: Readonly<Record<string, string>>): void {
    const text = readFileSync(join(scriptsFolder(), "cleaners", "ssm-agent.sh"), "utf8");
    const moved = text.replaceAll("/var/", `${place}/var/`).replaceAll("/run/", `${place}/run/`);
    const { status, stderr } = spawnSync("bash", ["-c", moved], {
      encoding: "utf8",
      env: { PATH: `${place}:/usr/bin:/bin`, ...environment },
    });
    assert.equal(status, 0, stderr);
  }
});
