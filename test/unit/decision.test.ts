import assert from "node:assert/strict";
import fc from "fast-check";
import { afterRemoval, ageSeconds, backoffSeconds, refusalOfGroup, refusalOfState } from "../../reaper/decide/decision";

describe("decision", () => {
  it("sends a group that is not its own to the dead-letter queue", () => {
    assert.equal(refusalOfGroup("web", ["web", "db"]), undefined);
    assert.deepEqual(refusalOfGroup("webb", ["web"]), {
      outcome: "dead-letter",
      cause: "other-group",
      reason: "the group 'webb' is not one of this reaper's: web",
    });
  });

  it("sends a running instance to the dead-letter queue", () => {
    assert.equal(refusalOfState("i-1", { gone: true, name: "terminated" }), undefined);
    assert.equal(refusalOfState("i-1", { gone: false, name: "running" })?.outcome, "dead-letter");
  });

  it("acknowledges as soon as one of the two existed", () => {
    assert.equal(afterRemoval({ node: "deleted", client: "absent" }, 0, 600).outcome, "acknowledged");
    assert.equal(afterRemoval({ node: "absent", client: "deleted" }, 0, 600).outcome, "acknowledged");
  });

  it("retries while the instance may be registering, then counts it as gone", () => {
    const absent = { node: "absent", client: "absent" } as const;
    assert.deepEqual(afterRemoval(absent, 0, 600), {
      outcome: "retry",
      reason: "neither node nor client found: the instance may still be registering",
      afterSeconds: 150,
      failed: false,
    });
    const late = afterRemoval(absent, 590, 600);
    assert.ok(late.outcome === "retry" && late.afterSeconds === 10);
    const gone = { outcome: "acknowledged", reason: "already gone", removed: false };
    assert.deepEqual(afterRemoval(absent, 600, 600), gone);
  });

  it("checks at most five times within the grace time, fewer than queues allow", () => {
    const absent = { node: "absent", client: "absent" } as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (grace) => {
        let age = 0;
        let looks = 1;
        for (let next = afterRemoval(absent, age, grace); next.outcome === "retry"; looks++) {
          age += next.afterSeconds;
          next = afterRemoval(absent, age, grace);
        }
        assert.ok(looks <= 5, `${looks} looks`);
      }),
    );
  });

  it("sends a node that another instance uses to the dead-letter queue, with that instance", () => {
    const foreign = { cause: "other-instance", reason: "it is i-2's" } as const;
    const outcome = afterRemoval({ node: "foreign", client: "foreign", foreign }, 9999, 600);
    assert.deepEqual(outcome, { outcome: "dead-letter", ...foreign });
  });

  it("waits for a node that converged in the future, by an instance's wrong clock, and tells no negative minutes", () => {
    const foreign = { cause: "recent", reason: "x", waitSeconds: 86_400 } as const;
    const outcome = afterRemoval({ node: "foreign", client: "foreign", foreign }, 0, 600);
    assert.ok(outcome.outcome === "retry" && outcome.afterSeconds === 600);
    assert.match(outcome.reason, / 0 minutes ago$/);
  });

  it("counts the age from the event, and is not fooled by a time in the future", () => {
    assert.equal(ageSeconds(1000, 5000, 61_000), 60);
    assert.equal(ageSeconds(99_000_000, 1000, 61_000), 60);
    assert.equal(ageSeconds(undefined, 1000, 61_000), 60);
    assert.equal(ageSeconds(undefined, undefined, 61_000), 0);
    assert.equal(ageSeconds(99_000_000, undefined, 61_000), 0);
  });

  it("backs off from 10 seconds to 10 minutes, never shorter the next time", () => {
    assert.equal(backoffSeconds(1), 10);
    assert.equal(backoffSeconds(1000), 600);
    fc.assert(fc.property(fc.nat(2000), (count) => assert.ok(backoffSeconds(count + 1) >= backoffSeconds(count))));
  });
});
