import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChefNode } from "../../chef";
import { classify, transitionTime } from "../../reaper/instances/classify";
import { judge } from "../../reaper/instances/evidence";
import { idsIn } from "../../reaper/instances/history";
import { ALWAYS_ALLOWED, excessOf, refusalOf, type Situation } from "../../reaper/reconcile/cap";
import { checkReconcileOptions, type ReconcileOptions } from "../../reaper/reconcile/options";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const GRACE = 900;
const FACTS = { desired: 2, region: "eu-west-3", accountId: "123456789012" };
const ID = "i-0123456789abcdef0";

describe("the class of an instance", () => {
  const fate = (name: string, reason?: string) =>
    classify({ State: { Name: name as "running" }, StateTransitionReason: reason }, NOW, GRACE);

  it("is living in every state except the last two", () => {
    for (const name of ["pending", "running", "stopping", "stopped"]) assert.equal(fate(name), "living");
  });

  it("is recent while it shuts down, and until the grace time is over", () => {
    assert.equal(fate("shutting-down", "User initiated (2026-11-01 00:00:00 GMT)"), "recent");
    assert.equal(fate("terminated", "User initiated (2026-11-24 11:45:01 GMT)"), "recent");
    assert.equal(fate("terminated", "User initiated (2026-11-24 11:45:00 GMT)"), "gone");
  });

  it("is doubtful if EC2 returns no time, or not the instance", () => {
    for (const reason of [undefined, "", "Server.SpotInstanceTermination", "User initiated (soon)"]) {
      assert.equal(fate("terminated", reason), "doubtful");
    }
    assert.equal(classify(undefined, NOW, GRACE), "doubtful");
  });

  it("depends on the time in EC2's format", () => {
    assert.equal(transitionTime("User initiated (2014-07-07 11:57:24 GMT)"), Date.parse("2014-07-07T11:57:24Z"));
  });
});

describe("the cap of a reconcile", () => {
  const excess = (leftOver: number, names: number) => excessOf(leftOver, names, { share: 0.5, count: 50 });

  it("permits what is within it", () => {
    for (const [leftOver, names] of [
      [0, 0],
      [40, 100],
      [50, 100],
    ] as const) {
      assert.equal(excess(leftOver, names), undefined);
    }
  });

  it("stops at the number and at the share", () => {
    assert.match(excess(51, 1000) ?? "", /51 of 1000 .* the 50 that one run/);
    assert.match(excess(11, 20) ?? "", /11 of 20 .* the share of 0.5/);
  });

  it("always permits a few, whatever their share", () => {
    assert.equal(excess(ALWAYS_ALLOWED, 6), undefined);
    assert.match(excess(ALWAYS_ALLOWED + 1, 7) ?? "", /the share/);
  });
});

describe("AWS's response about a group as a whole", () => {
  const refusal = (situation: Partial<Situation>) =>
    refusalOf("web", { names: 100, present: 60, suspects: 40, facts: FACTS, ...situation });

  it("is plausible if some instances are alive, or the desired capacity is 0", () => {
    for (const sound of [{}, { suspects: 0, names: 0, present: 0 }, { present: 0, facts: { ...FACTS, desired: 0 } }]) {
      assert.equal(refusal(sound), undefined);
    }
  });

  it("stops the run if AWS does not know the group, or nothing would be left although its desired capacity is above 0", () => {
    assert.match(refusal({ facts: undefined, suspects: 0 }) ?? "", /knows no group 'web'/);
    assert.match(
      refusal({ names: 1, suspects: 1, present: 0 }) ?? "",
      /desired capacity is 2: EC2's answer may be empty/,
    );
  });

  it("never lets an empty response from EC2 empty a group with a desired capacity above 0", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 10_000 }), (names, desired) => {
        const empty = { names, present: 0, suspects: names, facts: { ...FACTS, desired } };
        assert.ok(refusalOf("web", empty));
      }),
    );
  });
});

describe("the evidence for an instance that EC2 does not know", () => {
  const long = NOW - 7_200_000;
  const node = (ec2: object = {}, more: object = {}): ChefNode => ({
    name: `web-${ID}`,
    automatic: {
      ohai_time: long / 1000,
      ec2: { instance_id: ID, placement_availability_zone: "eu-west-3b", account_id: FACTS.accountId, ...ec2 },
      ...more,
    },
  });
  const verdict = (found: ChefNode | undefined, lastSeen?: number) =>
    judge({ instanceId: ID, node: found, lastSeen }, FACTS, NOW, GRACE);

  it("is the group's scaling activity, for a node, a client alone, and a node that never converged", () => {
    for (const found of [node(), undefined, { name: `web-${ID}`, automatic: {} }]) {
      assert.equal(verdict(found, long).verdict, "remove");
      assert.equal(verdict(found, NOW - 60_000).verdict, "recent");
    }
  });

  it("is a node that reports having run here, without a scaling activity", () => {
    assert.equal(verdict(node()).verdict, "remove");
    assert.equal(verdict(node({ region: "eu-west-3" })).verdict, "remove");
  });

  it("is missing for a client alone, and for a node that reports nothing", () => {
    for (const found of [
      undefined,
      { name: "x", automatic: {} },
      node({}, { ohai_time: undefined }),
      node({}, { ec2: null }),
      node({ account_id: undefined }),
    ]) {
      assert.equal(verdict(found).verdict, "kept");
    }
  });

  it("keeps a node that converged within the hour, without a scaling activity", () => {
    const lately = node({}, { ohai_time: (NOW - 50 * 60_000) / 1000 });
    assert.deepEqual([verdict(lately).verdict, verdict(lately, long).verdict], ["kept", "remove"]);
  });

  it("keeps a node that converged within the grace time, whatever the scaling activities are", () => {
    const fresh = node({}, { ohai_time: (NOW - 60_000) / 1000 });
    for (const lastSeen of [undefined, long]) assert.equal(verdict(fresh, lastSeen).verdict, "kept");
  });

  it("shows that another instance, region or account uses the node", () => {
    for (const ec2 of [
      { instance_id: "i-0fedcba9876543210" },
      { placement_availability_zone: "us-east-1a" },
      { region: "eu-west-1" },
      { account_id: "999999999999" },
    ]) {
      for (const lastSeen of [undefined, long]) assert.equal(verdict(node(ec2), lastSeen).verdict, "foreign");
    }
  });

  it("includes the region of every kind of zone", () => {
    const zones = {
      "us-gov-west-1a": "us-gov-west-1",
      "us-west-2-lax-1a": "us-west-2",
      "us-east-1-wl1-bos-wlz-1": "us-east-1",
    };
    for (const [zone, region] of Object.entries(zones)) {
      const found = node({ placement_availability_zone: zone });
      const facts = { ...FACTS, region };
      assert.equal(
        judge({ instanceId: ID, node: found, lastSeen: undefined }, facts, NOW, GRACE).verdict,
        "remove",
        zone,
      );
    }
  });

  it("is found in the descriptions of scaling activities", () => {
    assert.deepEqual(idsIn(`Terminating EC2 instance: ${ID}`), [ID]);
    assert.deepEqual(idsIn("Launching a new EC2 instance: i-0598c7d3.  Status Reason: spot"), ["i-0598c7d3"]);
    assert.deepEqual(idsIn("Setting the desired capacity of ami-0123456789abcdef0, i-012"), []);
  });
});

describe("the options of a reconcile", () => {
  const good: ReconcileOptions = { group: "web", graceSeconds: 900, cap: { share: 0.5, count: 50 }, dryRun: false };

  it("are all checked together", () => {
    checkReconcileOptions(good);
    const wrong = { ...good, group: "a/b", graceSeconds: -1, cap: { share: 0, count: 0.5 } };
    assert.throws(() => checkReconcileOptions(wrong), /group is 'a\/b'.*grace time is -1.*share is 0.*count is 0.5/);
  });
});
