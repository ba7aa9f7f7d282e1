import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { scriptsFolder } from "../../packer/packer-files";

const KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n";

/** The script with folders of the test's instead of /etc/chef and memory, and a client that shows what it is given. */
describe("converge.sh", () => {
  let folder: string;
  let key: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "converge-"));
    key = join(folder, "uploaded.pem");
    writeFileSync(key, KEY, { mode: 0o600 });
    const script = readFileSync(join(scriptsFolder(), "converge.sh"), "utf8");
    assert.match(script, /^etc=\/etc\/chef\nmemory=\/dev\/shm$/m);
    mkdirSync(join(folder, "memory"));
    const moved = script.replace(/^etc=.*\nmemory=.*$/m, `etc='${folder}/etc'\nmemory='${folder}/memory'`);
    writeFileSync(join(folder, "converge.sh"), moved);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives a policy by name and group, which brings its own run list", () => {
    const { status, rb, json } = converge({
      CHEF_POLICY_NAME: "web",
      CHEF_POLICY_GROUP: "staging",
      CHEF_RUN_LIST: "[]",
    });
    assert.equal(status, 0);
    assert.match(rb, /^policy_name 'web'\npolicy_group 'staging'$/m);
    assert.deepEqual(json, {});
  });

  it("gives environment, run list and attributes", () => {
    const { rb, json } = converge({
      CHEF_ENVIRONMENT: "it's",
      CHEF_RUN_LIST: '["recipe[base]"]',
      CHEF_ATTRIBUTES: '{"a": {"b": [1]}}',
    });
    assert.match(rb, /^environment 'it\\'s'$/m);
    assert.doesNotMatch(rb, /policy_/);
    assert.deepEqual(json, { run_list: ["recipe[base]"], a: { b: [1] } });
  });

  it("refuses a policy without its group", () => {
    const { status, output } = converge({ CHEF_POLICY_NAME: "web" });
    assert.equal(status, 1);
    assert.match(output, /'CHEF_POLICY_GROUP' is empty or missing/);
  });

  for (const [title, code] of [
    ["that succeeds", 0],
    ["that fails", 1],
  ] as const) {
    it(`keeps the validator's key in memory alone, for its owner, and not after a converge ${title}`, () => {
      const { status, rb, holders } = converge({}, code);
      assert.equal(status, code);
      const place = /^validation_key '(.*)'$/m.exec(rb)?.[1] ?? "";
      assert.ok(place.startsWith(`${folder}/memory/chef-validation.`), rb);
      assert.deepEqual(holders, [`600 ${place}`, `600 ${key}`].sort());
      assert.deepEqual([existsSync(key), readdirSync(join(folder, "memory"))], [false, []]);
    });
  }

  it("refuses what is no key, and removes it", () => {
    writeFileSync(key, "not found");
    const { status, output } = converge({});
    assert.equal(status, 1);
    assert.match(output, /holds no PEM private key/);
    assert.equal(existsSync(key), false);
  });

  function converge(more: Readonly<Record<string, string>>, code = 0) {
    const seen = join(folder, "seen");
    const find = `grep -rl 'PRIVATE KEY' "${folder}/etc" "${folder}/memory" "${key}" | xargs stat -c '%a %n'`;
    const keep = `cp "${folder}/etc/client.rb" "${seen}.rb"; cp "$2" "${seen}.json"; ${find} >"${seen}.holders"`;
    const client = `#!/bin/sh\n${keep}; exit ${code}\n`;
    for (const name of ["chef-client", "aws"]) writeFileSync(join(folder, name), client, { mode: 0o755 });
    const environment = {
      PATH: folder + delimiter + process.env.PATH,
      CHEF_SERVER_URL: "https://chef.example.com/organizations/shop",
      CHEF_VALIDATOR_NAME: "shop-validator",
      CHEF_VALIDATOR_KEY_SOURCE: "file",
      CHEF_VALIDATOR_KEY_ID: key,
      CHEF_NODE_NAME: "bake-web-1a2b3c4d",
      AWS_REGION: "eu-central-1",
      ...more,
    };
    const options = { encoding: "utf8", env: environment } as const;
    const { status, stdout, stderr } = spawnSync("bash", [join(folder, "converge.sh")], options);
    const text = (ending: string) => (existsSync(seen + ending) ? readFileSync(seen + ending, "utf8") : "");
    const holders = text(".holders").trim().split("\n").sort();
    return { status, output: stdout + stderr, rb: text(".rb"), json: JSON.parse(text(".json") || "null"), holders };
  }
});
