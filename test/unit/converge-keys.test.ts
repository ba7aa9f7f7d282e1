import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { readKeyText } from "../../chef/keys/key-text";
import { type ConvergeScript, convergeScript } from "../helpers/converge-script";
import { pastedKey, RSA_KEY, repeats, WRITTEN_KEYS } from "../helpers/key-forms";

const SETTINGS = { CHEF_GROUP: "web", CHEF_NODE_NAME: "web-i-1" };

/** What converge.sh reads itself and what it leaves to the client, compared to the programs' own parsing. */
describe("the keys that converge.sh reads", () => {
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    const given = `${script.path("given")}`;
    script.program(
      "chef-client",
      `cp "$(sed -n "s/^validation_key '\\(.*\\)'/\\1/p" "${script.path("etc", "chef", "client.rb")}")" "${given}"`,
    );
  });
  afterEach(() => script.remove());

  it("are accepted and refused as in programs, and never repeated", async function () {
    this.timeout(120_000);
    const forms = fc.sample(pastedKey(), { numRuns: 30, seed: 7 }).filter((text) => /^[\x20-\x7e\s]*$/.test(text));
    for (const text of [...forms, ...Object.values(WRITTEN_KEYS), `about it\n${RSA_KEY.pkcs1}`, "", "hunter2"]) {
      const read = readKeyText(text);
      // Only preflight checks a key's algorithm and whether it is damaged
      if ("problem" in read && /not RSA|damaged/.test(read.problem) && text.includes("BEGIN PRIVATE")) continue;
      writeFileSync(script.key, text);
      writeFileSync(script.path("given"), "");
      const { status, output } = await script.run();
      assert.equal(status === 0, "pem" in read, `${"problem" in read ? read.problem : "read"}, but ${output}`);
      assert.ok(!repeats(output, text), output);
      if ("pem" in read) assert.equal(script.read("given"), read.pem);
    }
  });

  it("are refused with the name of their format", async () => {
    for (const [text, expected] of [
      [JSON.stringify({ key: RSA_KEY.pkcs1 }), /holds no PEM private key, but JSON around it; store there the PEM/],
      [WRITTEN_KEYS["pkcs8 with a passphrase"] ?? "", /but one with a passphrase/],
      ["", /but nothing/],
    ] as const) {
      writeFileSync(script.key, text);
      assert.match((await script.run()).output, expected);
    }
  });
});

describe("what converge.sh leaves for later runs of the client", () => {
  let script: ConvergeScript;

  beforeEach(() => {
    script = convergeScript();
    const rb = script.path("etc", "chef", "client.rb");
    script.program("chef-client", `cp "${rb}" "${script.path("rb")}"; env >"${script.path("env")}"`);
    script.program("aws", 'case "$*" in *data-bag*) echo "c2VjcmV0" ;; esac');
  });
  afterEach(() => script.remove());

  it("is the accepted license, and nothing without one", async () => {
    await script.run({ ...SETTINGS, CHEF_LICENSE: "accept-no-persist" });
    assert.match(script.read("rb"), /^chef_license 'accept-no-persist'$/m);
    assert.match(script.read("env"), /^CHEF_LICENSE=accept-no-persist$/m);
    await script.run({ ...SETTINGS, CHEF_LICENSE: "" });
    assert.doesNotMatch(script.read("rb"), /chef_license/);
    assert.doesNotMatch(script.read("env"), /CHEF_LICENSE/);
  });

  it("is the proxy setting, never for the metadata service", async () => {
    const direct = ".example.com,169.254.169.254,fd00:ec2::254,[fd00:ec2::254]";
    await script.run({ ...SETTINGS, HTTPS_PROXY: "http://proxy:3128", NO_PROXY: ".example.com" });
    assert.match(script.read("rb"), /^https_proxy 'http:\/\/proxy:3128'$/m);
    assert.ok(script.read("rb").includes(`no_proxy '${direct}'`), script.read("rb"));
    assert.doesNotMatch(script.read("rb"), /http_proxy '/);
    const environment = script.read("env");
    for (const name of ["https_proxy", "HTTPS_PROXY"]) assert.ok(environment.includes(`${name}=http://proxy:3128\n`));
    for (const name of ["no_proxy", "NO_PROXY"]) assert.ok(environment.includes(`${name}=${direct}\n`));
  });

  it("is only the exception if the image's own environment sets a proxy without one", async () => {
    await script.run({ ...SETTINGS, http_proxy: "http://own:3128" });
    assert.match(script.read("rb"), /^http_proxy 'http:\/\/own:3128'\nno_proxy '169\.254\.169\.254,/m);
    await script.run(SETTINGS);
    assert.doesNotMatch(script.read("rb") + script.read("env"), /proxy/i);
  });

  const bag = { CHEF_DATA_BAG_SECRET_SOURCE: "ssm", CHEF_DATA_BAG_SECRET_ID: "/chef/data-bag" };

  it("is the data bag secret, only for its owner", async () => {
    const place = script.path("etc", "chef", "encrypted_data_bag_secret");
    const { status, output } = await script.run({ ...SETTINGS, ...bag });
    assert.equal(status, 0, output);
    assert.ok(script.read("rb").includes(`encrypted_data_bag_secret '${place}'`));
    assert.equal(script.read("etc", "chef", "encrypted_data_bag_secret"), "c2VjcmV0\n");
    assert.equal(statSync(place).mode & 0o777, 0o600);
    assert.ok(!output.includes("c2VjcmV0"));
  });

  it("is no data bag secret in an image: a bake keeps it in memory during the converge", async () => {
    await script.run(bag);
    const place = /^encrypted_data_bag_secret '(.*)'$/m.exec(script.read("rb"))?.[1] ?? "";
    assert.ok(place.startsWith(script.path("memory", "chef-data-bag-secret.")), place);
    assert.ok(!existsSync(place) && !existsSync(script.path("etc", "chef", "encrypted_data_bag_secret")));
  });

  it("is refused if the data bag secret is empty", async () => {
    script.program("aws");
    const { status, output } = await script.run({ ...SETTINGS, ...bag });
    assert.equal(status, 1);
    assert.match(output, /the data bag secret '\/chef\/data-bag' is empty/);
  });
});
