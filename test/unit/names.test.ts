import assert from "node:assert/strict";
import fc from "fast-check";
import { checkedClientName, checkedNodeName, instanceIdOf, nodeName } from "../../chef/names";

const ID = "i-0123456789abcdef0";

describe("names", () => {
  it("join group and instance id, and split them again", () => {
    const group = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/);
    const id = fc.stringMatching(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/);
    fc.assert(
      fc.property(group, id, (name, instance) => assert.equal(instanceIdOf(name, nodeName(name, instance)), instance)),
    );
  });

  it("do not match another group's name", () => {
    assert.equal(instanceIdOf("web", `web-blue-${ID}`), undefined);
    assert.equal(instanceIdOf("web", `staging-web-${ID}`), undefined);
    assert.equal(instanceIdOf("web", `web-${ID}-old`), undefined);
    assert.equal(instanceIdOf("w.b", `web-${ID}`), undefined);
    assert.equal(instanceIdOf("web", `web-${ID}\n`), undefined);
    assert.equal(instanceIdOf("web", "web-i-XYZ"), undefined);
  });

  for (const group of ["", "a/b", "a b", "a:b", "a%2fb", "ä", "x".repeat(256)]) {
    it(`refuse the group ${JSON.stringify(group.slice(0, 10))}`, () => {
      assert.throws(() => nodeName(group, ID), /the group name .* cannot be part of a Chef node name/);
    });
  }

  for (const id of ["", "i-", "i-0123456789ABCDEF0", "../clients/admin", "i-01234567/x", `i-${"0".repeat(5000)}`]) {
    it(`refuse the instance id ${JSON.stringify(id.slice(0, 20))}`, () => {
      assert.throws(() => nodeName("web", id), /is not an instance id/);
    });
  }

  it("never put anything into a path that a server could take for another object", () => {
    for (const name of ["", ".", "..", "a/b", "a%2e", "a b", "a?b", "a#b", "ä", "a\n", "admin/keys/default"]) {
      assert.throws(() => checkedNodeName(name), /cannot be the name of a Chef node/, name);
      assert.throws(() => checkedClientName(name), /cannot be the name of a Chef client/, name);
    }
    assert.equal(checkedNodeName("a:b"), "a:b");
    assert.throws(() => checkedClientName("a:b"));
  });

  it("are truncated in messages if they are long", () => {
    assert.throws(
      () => nodeName("web", "x".repeat(5000)),
      (error: Error) => error.message.length < 300,
    );
  });
});
