import assert from "node:assert/strict";
import { openSsh } from "../../packer";
import type { BakeSpec } from "../../packer/spec/spec";
import { bakeSpec } from "../helpers/bake-spec";

const STORE = { accountId: "1", s3Bucket: "b", x509CertificateFile: "c", x509KeyFile: "k" };

describe("a bake that accepts SSH from everybody", () => {
  const OPEN: [Partial<BakeSpec>, RegExp, RegExp][] = [
    [{}, /from everybody: set 'sshSourceCidrs'.*from, or 'sessionManager'/, /'associatePublicIpAddress' to true/],
    [
      { associatePublicIpAddress: true, instanceStore: STORE },
      /from everybody: .*from, or 'sess/,
      /from everybody: .*from, or 'sess/,
    ],
    [{ subnetId: "subnet-1" }, /if its subnet assigns.*to false if it needs none, or/, /to true.*to false/],
  ];
  for (const [changes, classic, modern] of OPEN) {
    it(`warns with the settings that close it, for ${JSON.stringify(Object.keys(changes))}`, () => {
      assert.match(openSsh(bakeSpec(changes), "classic") ?? "", classic);
      assert.match(openSsh(bakeSpec(changes), "modern") ?? "", modern);
    });
  }

  it("warns if an old Packer version cannot look up its own address", () => {
    assert.match(openSsh(bakeSpec({ associatePublicIpAddress: true }), "classic") ?? "", /everybody/);
    assert.equal(openSsh(bakeSpec({ associatePublicIpAddress: true }), "modern"), undefined);
  });

  it("does not warn if addresses are given, or if it has no public one", () => {
    const closed = [
      { sshSourceCidrs: ["203.0.113.7/32"] },
      { associatePublicIpAddress: false, subnetId: "subnet-1" },
      { sessionManager: true },
    ];
    for (const changes of closed) assert.equal(openSsh(bakeSpec(changes), "classic"), undefined);
  });
});
