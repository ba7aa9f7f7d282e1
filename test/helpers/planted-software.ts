import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files with the identity of one machine, for each of the cleaners. STAYS lists those that must not change. */
const KEPT_BY: Readonly<Record<string, string>> = {
  "etc/datadog-agent/auth_token": "0123456789abcdef",
  "opt/datadog-agent/run/registry.json": "{}",
  "etc/consul.d/consul.hcl": 'data_dir = "/srv/consul"\nserver = true\n',
  "srv/consul/node-id": "7d4c1a5e-0000-0000-0000-000000000000",
  "srv/consul/raft/raft.db": "state of a server",
  "opt/consul/serf/local.snapshot": "alive: web-1 10.0.0.1:8301",
  "var/lib/amazon/ssm/Vault/Store/RegistrationKey": "registration",
};
const STAYS = ["etc/consul.d/consul.hcl"];
const AGENT = "etc/datadog-agent/datadog.yaml";
const SERVICES = "opt/services.log";
const SYSTEMCTL = `#!/bin/sh
for unit; do :; done
case $unit in consul|datadog-agent|amazon-ssm-agent) echo "$@" >>/${SERVICES} ;; *) exit 1 ;; esac
`;

/**
 * Adds the files of Consul and of Datadog's and Amazon's agents to an image, and a `systemctl` that only knows their units and records
 * its arguments.
 */
export function plantSoftware(tree: string): string[] {
  for (const [path, content] of Object.entries(KEPT_BY)) plant(tree, path, content);
  plant(tree, AGENT, "site: datadoghq.eu\nhostname: bake-1\napi_key: 0123456789abcdef\n");
  plant(tree, "usr/local/bin/systemctl", SYSTEMCTL, 0o755);
  return Object.keys(KEPT_BY).filter((path) => !STAYS.includes(path));
}

/** Asserts that an image baked on that one has none of these files, and that none of the services starts by itself. */
export function assertSoftwareClean(tree: string, paths: readonly string[]): void {
  for (const path of paths) {
    // A deleted file is a device in the image's layer
    const file = join(tree, path);
    assert.ok(!existsSync(file) || !statSync(file).isFile(), path);
  }
  for (const path of STAYS) assert.ok(statSync(join(tree, path)).isFile(), path);
  assert.equal(readFileSync(join(tree, AGENT), "utf8"), "site: datadoghq.eu\n");
  const told = readFileSync(join(tree, SERVICES), "utf8").split("\n");
  assert.ok(told.includes("disable --now consul") && told.includes("disable --now datadog-agent"), told.join());
}

function plant(tree: string, path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), content, { mode });
}
