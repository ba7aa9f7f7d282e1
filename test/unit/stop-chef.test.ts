import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { scriptsFolder } from "../../packer/inputs/packer-files";

/** A script of the bake with folders of the test instead of the machine's. */
function moved(name: string, places: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(scriptsFolder(), name), "utf8");
  return Object.entries(places).reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `${name} has no '${from}'`);
    return result.replaceAll(from, to);
  }, text);
}

describe("stop-chef.sh", () => {
  let place: string;
  let client: ChildProcess | undefined;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "units-"));
    mkdirSync(join(place, "proc"));
    mkdirSync(join(place, "systemd"));
    const known =
      "case $2 in nightly.timer|nightly.service|chef-client.service|cron.service|web.service) ;; *) exit 1 ;; esac";
    const note = `[ "$1" = cat ] || echo "$@" >>"${place}/told"`;
    writeFileSync(join(place, "systemctl"), `#!/bin/sh\n${note}\n${known}\n`, { mode: 0o755 });
  });
  afterEach(() => {
    client?.kill("SIGKILL");
    rmSync(place, { recursive: true });
  });

  it("stops everything that starts a client, whatever its name, and cron, and disables nothing", () => {
    unit("nightly.service", "ExecStart=/opt/cinc/bin/cinc-client -c /etc/cinc/client.rb");
    unit("nightly.timer", "OnBootSec=1min");
    unit("chef-client.service", "ExecStart=/usr/bin/chef-client -i 1800");
    unit("web.service", "ExecStart=/usr/sbin/nginx");
    assert.equal(run().status, 0);
    assert.deepEqual(readFileSync(join(place, "told"), "utf8").trim().split("\n"), [
      "stop chef-client.service",
      "stop nightly.timer",
      "stop nightly.service",
      "stop cron.service",
    ]);
  });

  it("ends a running client, and waits until it has ended", async () => {
    client = spawn("bash", ["-c", "exec -a /opt/cinc/bin/cinc-client sleep 60"]);
    const other = spawn("sleep", ["60"]);
    for (const { pid } of [client, other]) symlinkSync(`/proc/${pid}`, join(place, "proc", String(pid)));
    const ended = once(client, "exit");
    const { status, stderr } = run();
    assert.equal(status, 0, stderr);
    assert.deepEqual(await ended, [null, "SIGTERM"]);
    assert.equal(other.exitCode, null);
    other.kill("SIGKILL");
  });

  function unit(name: string, text: string): void {
    writeFileSync(join(place, "systemd", name), `[Service]\n${text}\n`);
  }

  function run() {
    const places = { "processes=/proc": `processes=${place}/proc`, "units=(": `units=("${place}/systemd") ignored=(` };
    const environment = { PATH: `${place}:${process.env.PATH}` };
    return spawnSync("bash", { encoding: "utf8", env: environment, input: moved("stop-chef.sh", places) });
  }
});

describe("clean.sh", () => {
  let place: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "clean-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it("removes all of Chef's folders, except a license that was accepted in the base image", () => {
    for (const file of ["client.rb", "chef_guid", "trusted_certs/a.pem", "accepted_licenses/inspec"]) plant(file);
    const accepted = plant("accepted_licenses/chef_infra_client");
    utimesSync(accepted, new Date("2020-01-01"), new Date("2020-01-01"));
    symlinkSync("chef", join(place, "cinc"));
    const text = moved("clean.sh", { "/etc/chef": join(place, "chef"), "/etc/cinc": join(place, "cinc") });
    const part = text.slice(text.indexOf("boot=$("), text.indexOf("rm -rf /var/chef"));
    const { status, stderr } = spawnSync("bash", ["-euo", "pipefail"], { encoding: "utf8", input: part });
    assert.equal(status, 0, stderr);
    const left = spawnSync("find", [join(place, "chef"), "-mindepth", "1", "-type", "f"], { encoding: "utf8" }).stdout;
    assert.equal(left, `${accepted}\n`);
    assert.ok(!existsSync(join(place, "chef", "trusted_certs")));
  });

  function plant(file: string): string {
    const path = join(place, "chef", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "x");
    return path;
  }
});
