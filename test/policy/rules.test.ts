import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { architectureOf } from "../../aws/instance-architecture";
import { withTables } from "../../docs/policy";
import { CHECKOV } from "../../docs/policy/checkov";
import { LIMITS } from "../../docs/policy/limits";
import { rules } from "../../policy/rules";
import { secretsIn } from "../../policy/stack/secrets";

describe("policy: the rules as they are told", () => {
  it("have a level, a severity, a reason, a link and a way out each", () => {
    for (const { name, enforcementLevel, severity, description, url, remediationSteps } of rules) {
      assert.ok(enforcementLevel && severity && remediationSteps, name);
      assert.match(description, /^[^\n]{20,140}$/, name);
      assert.match(url ?? "", /^https:\/\//, name);
    }
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
    assert.deepEqual(Object.keys(LIMITS).sort(), rules.map(({ name }) => name).sort());
  });

  it("name each check of checkov that the table has, and no other", () => {
    const named = rules.flatMap(({ tags = [] }) => tags);
    assert.deepEqual([...named].sort(), Object.keys(CHECKOV).sort());
  });

  it("stand in docs/policy.md as they are; if not, run npm run docs", () => {
    const page = readFileSync("docs/policy.md", "utf8");
    assert.equal(withTables(page), page);
  });

  it("tell the architecture of an instance type by its name", () => {
    const arm = [
      "a1.large",
      "t4g.nano",
      "m7g.large",
      "c6gd.xlarge",
      "x2gd.metal",
      "im4gn.large",
      "is4gen.large",
      "g5g.xlarge",
    ];
    const intel = [
      "t3.small",
      "m7i-flex.large",
      "g4dn.xlarge",
      "g6e.xlarge",
      "u-6tb1.metal",
      "p5en.48xlarge",
      "c7a.large",
    ];
    assert.deepEqual([...new Set(arm.map(architectureOf))], ["arm64"]);
    assert.deepEqual([...new Set(intel.map(architectureOf))], ["x86_64"]);
  });

  it("tell a secret from a reference to one", () => {
    const references = [
      "PASSWORD=$(aws ssm get-parameter)",
      "password: $DB_PASSWORD",
      "-----BEGIN CERTIFICATE-----",
      "password=<ask>",
    ];
    assert.deepEqual(references.flatMap(secretsIn), []);
    assert.deepEqual(secretsIn("-----BEGIN RSA PRIVATE KEY-----\nMII"), ["a private key"]);
    assert.deepEqual(secretsIn("id=AKIAIOSFODNN7EXAMPLE"), ["an AWS access key id"]);
    assert.deepEqual(secretsIn("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG"), ["an AWS secret key"]);
  });
});
