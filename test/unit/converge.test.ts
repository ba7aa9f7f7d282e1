import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type ConvergeScript, convergeScript } from "../helpers/converge-script";

/** What the client is given, and where the key is stored meanwhile. */
describe("converge.sh", () => {
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
  });
  afterEach(() => script.remove());

  it("sets a policy by name and group, which brings its own run list", async () => {
    const { status, rb, json } = await converge({
      CHEF_POLICY_NAME: "web",
      CHEF_POLICY_GROUP: "staging",
      CHEF_RUN_LIST: "[]",
    });
    assert.equal(status, 0);
    assert.match(rb, /^policy_name 'web'\npolicy_group 'staging'$/m);
    assert.deepEqual(json, {});
  });

  it("sets environment, run list and attributes", async () => {
    const { rb, json } = await converge({
      CHEF_ENVIRONMENT: "it's",
      CHEF_RUN_LIST: '["recipe[base]"]',
      CHEF_ATTRIBUTES: '{"a": {"b": [1]}}',
    });
    assert.match(rb, /^environment 'it\\'s'$/m);
    assert.doesNotMatch(rb, /policy_/);
    assert.deepEqual(json, { run_list: ["recipe[base]"], a: { b: [1] } });
  });

  it("refuses a policy without its group", async () => {
    const { status, output } = await converge({ CHEF_POLICY_NAME: "web" });
    assert.equal(status, 1);
    assert.match(output, /'CHEF_POLICY_GROUP' is empty or missing/);
  });

  for (const [title, code] of [
    ["that succeeds", 0],
    ["that fails", 1],
  ] as const) {
    it(`keeps the validator's key only in memory, for its owner, and not after a converge ${title}`, async () => {
      const { status, rb, holders } = await converge({}, code);
      assert.equal(status, code);
      const place = /^validation_key '(.*)'$/m.exec(rb)?.[1] ?? "";
      assert.ok(place.startsWith(script.path("memory", "chef-validation.")), rb);
      assert.deepEqual(holders, [`600 ${place}`, `600 ${script.key}`].sort());
      assert.deepEqual([existsSync(script.key), readdirSync(script.path("memory"))], [false, []]);
    });
  }

  it("refuses what is not a key, and removes it", async () => {
    writeFileSync(script.key, "not found");
    const { status, output } = await converge({});
    assert.equal(status, 1);
    assert.match(output, /holds no PEM private key/);
    assert.equal(existsSync(script.key), false);
  });

  async function converge(more: Readonly<Record<string, string>>, code = 0) {
    const { folder, key } = script;
    const find = `grep -rl 'PRIVATE KEY' "${folder}/etc" "${folder}/memory" "${key}" | xargs stat -c '%a %n'`;
    const keep = `cp "${folder}/etc/chef/client.rb" "${folder}/etc/chef/first-boot.json" "${folder}"`;
    script.program("chef-client", `${keep}; ${find} >"${folder}/holders"; exit ${code}`);
    const run = await script.run(more);
    const holders = script.read("holders").trim().split("\n").sort();
    const json = JSON.parse(script.read("first-boot.json") || "null");
    return { ...run, rb: script.read("client.rb"), json, holders };
  }
});

/** The content of the folders of both distributions when the client runs. */
describe("the folders that converge.sh prepares for a Chef client", () => {
  const CERTIFICATE = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    script.program("chef-client", `echo key >"${script.path("etc", "chef", "client.pem")}"`);
  });
  afterEach(() => script.remove());

  it("are one under Chef's and under Cinc's name, with configuration, key and certificates", async () => {
    await script.run({ CHEF_CA_PEM: CERTIFICATE("one") });
    for (const file of ["client.rb", "client.pem", "trusted_certs/chef-server-ca-1.pem"]) {
      assert.ok(script.read("etc", "chef", file), file);
      assert.equal(script.read("etc", "cinc", file), script.read("etc", "chef", file));
    }
    assert.ok(!script.read("etc", "chef", "first-boot.json"));
  });

  it("keep what an image has in either, except an earlier name, key and guid", async () => {
    plant("cinc", "client.d/proxy.rb", "http_proxy 'http://proxy'\nnode_name 'old'\n");
    for (const file of ["client.pem", "cinc_guid", "first-boot.json"]) plant("cinc", file, "old");
    for (const file of ["client.pem", "chef_guid", "validation.pem"]) plant("chef", file, "old");
    plant("chef", "accepted_licenses/chef_infra_client", "accepted");
    plant("chef", "trusted_certs/chef-server-ca.pem", CERTIFICATE("old"));
    plant("chef", "trusted_certs/own.pem", CERTIFICATE("own"));
    script.program("chef-client", `cp -a "${script.path("etc")}" "${script.path("seen")}"`);
    await script.run();
    assert.deepEqual(readdirSync(script.path("seen", "chef")).sort(), [
      "accepted_licenses",
      "client.d",
      "client.rb",
      "first-boot.json",
      "trusted_certs",
    ]);
    assert.equal(script.read("seen", "cinc", "client.d", "proxy.rb"), "http_proxy 'http://proxy'\n");
    assert.deepEqual(readdirSync(script.path("seen", "chef", "trusted_certs")), ["own.pem"]);
  });

  it("are not changed if an image has linked them the other way round", async () => {
    plant("cinc", "client.d/own.rb", "log_level :info\n");
    const { symlinkSync } = await import("node:fs");
    symlinkSync("cinc", script.path("etc", "chef"));
    const { status, output } = await script.run();
    assert.equal(status, 0, output);
    assert.ok(script.read("etc", "cinc", "client.rb") && script.read("etc", "cinc", "client.d", "own.rb"));
  });

  it("have one certificate per file, because the client reads only the first of each", async () => {
    const bundle = ["# our own\r", CERTIFICATE("one").replaceAll("\n", "\r\n"), "", CERTIFICATE("two")].join("\n");
    await script.run({ CHEF_CA_PEM: bundle });
    const folder = script.path("etc", "chef", "trusted_certs");
    const files = readdirSync(folder).sort();
    assert.deepEqual(files, ["chef-server-ca-1.pem", "chef-server-ca-2.pem"]);
    assert.equal(readFileSync(`${folder}/${files[0]}`, "utf8"), `${CERTIFICATE("one")}\n`);
    assert.equal(readFileSync(`${folder}/${files[1]}`, "utf8"), `${CERTIFICATE("two")}\n`);
    assert.equal(statSync(folder).mode & 0o777, 0o755);
  });

  function plant(folder: string, file: string, text: string): void {
    const path = script.path("etc", folder, file);
    const { mkdirSync } = require("node:fs") as typeof import("node:fs");
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    writeFileSync(path, text);
  }
});
