import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChefClient } from "../../chef";
import { askDoubting } from "../../cli/reap/doubt";
import { adviceOn } from "../../cli/reconcile/advice";
import { didYouMean } from "../../common/did-you-mean";
import { type ReconcileOptions, reconcileGroup } from "../../reaper/reconcile";
import { madeUpFleet } from "../helpers/made-up-fleet";

const ID = "i-0123456789abcdef0";
const HERE = { region: "eu-west-3", accountId: "123456789012" };
const TERMINATION = { kind: "termination", group: "web", instanceId: ID } as const;

interface World {
  readonly groupIsHere: boolean;
  readonly flag: boolean;
  readonly inHistory: boolean;
  /** @default true */
  readonly hasClient?: boolean;
  /** What the node reports; undefined if there is only a client. */
  readonly node?: { readonly region?: string; readonly account_id?: string; readonly minutes?: number };
}

/** The result for an instance that EC2 does not know in this region. */
async function asked({ groupIsHere, flag, inHistory, node, hasClient = true }: World) {
  const { minutes, ...place } = node ?? {};
  const ohai_time = minutes === undefined ? undefined : Date.now() / 1000 - minutes * 60;
  const automatic = { ohai_time, ec2: { instance_id: ID, ...place } };
  const { ask, fixOf } = askDoubting({
    chef: {
      getNode: async (name) => (node ? { name, automatic } : undefined),
      getClient: async (name) => (hasClient ? { name } : undefined),
    },
    ask: async () => ({ gone: true, name: "unknown" }),
    factsOf: async () => (groupIsHere ? { desired: 1, ...HERE } : undefined),
    isInHistory: async () => inHistory,
    nearGroup: async () => undefined,
    place: async () => HERE,
    groupDestroyed: flag,
  });
  const state = await ask(TERMINATION);
  return { gone: state.gone, why: state.name, fix: fixOf(ID) ?? "" };
}

const there = { region: "us-west-2", account_id: HERE.accountId, minutes: 600 };
const here = { region: HERE.region, account_id: HERE.accountId, minutes: 600 };
const strange = { groupIsHere: false, inHistory: false } as const;

describe("an instance that EC2 does not know, reaped by hand", () => {
  it("never counts as gone without evidence, whatever the flags", async () => {
    const place = fc.option(fc.constantFrom("eu-west-3", "us-west-2"), { nil: undefined });
    const account = fc.option(fc.constantFrom(HERE.accountId, "999999999999"), { nil: undefined });
    const minutes = fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined });
    const node = fc.option(fc.record({ region: place, account_id: account, minutes }), { nil: undefined });
    const world = fc.record({ groupIsHere: fc.boolean(), flag: fc.boolean(), inHistory: fc.boolean(), node });
    await fc.assert(
      fc.asyncProperty(world, async (made) => {
        const { gone, fix } = await asked(made);
        assert.equal(fix === "", gone, "whatever is refused names the step that helps");
        const saysElsewhere =
          (made.node?.region ?? HERE.region) !== HERE.region ||
          (made.node?.account_id ?? HERE.accountId) !== HERE.accountId;
        const saysHere = made.node?.region === HERE.region && made.node.account_id === HERE.accountId;
        if (gone) {
          assert.ok(made.groupIsHere || made.inHistory || saysHere, "the region is proven");
          assert.ok(!saysElsewhere, "nothing says that it ran elsewhere");
          assert.ok((made.node?.minutes ?? 600) >= 60, "nothing converged lately");
          assert.ok(made.groupIsHere || made.flag, "somebody said that the group is gone");
        }
        if (fix.includes("--group-destroyed")) {
          assert.ok(made.inHistory || saysHere, "never advised without proof of the region");
          assert.equal((await asked({ ...made, flag: true })).gone, true, "the step helps");
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("shows where its node ran if the region is wrong, and does not suggest '--group-destroyed'", async () => {
    for (const flag of [false, true]) {
      const { gone, fix } = await asked({ ...strange, flag, node: there });
      assert.equal(gone, false);
      assert.equal(fix, "use '--region us-west-2', where the node ran");
    }
  });

  it("is kept if there is only a client and no scaling activity, even with '--group-destroyed'", async () => {
    const { gone, why, fix } = await asked({ ...strange, flag: true });
    assert.equal(gone, false);
    assert.match(why, /there is no group 'web' in eu-west-3, account 123456789012, and there is no proof/);
    assert.match(fix, /knife node delete web-i-0123456789abcdef0; knife client delete/);
  });

  it("needs nothing more if there is neither a node nor a client with its name", async () => {
    const { gone, why, fix } = await asked({ ...strange, flag: true, hasClient: false });
    assert.deepEqual(
      [gone, fix],
      [false, "check '--group' and '--region'; if they are right, nothing is left to remove"],
    );
    assert.match(why, /there is neither a node nor a client 'web-i-0123456789abcdef0'/);
  });

  it("is removed with '--group-destroyed' if the group's scaling activities or the node prove that it ran here", async () => {
    assert.equal((await asked({ ...strange, flag: true, node: here })).gone, true);
    assert.equal((await asked({ ...strange, flag: true, inHistory: true })).gone, true);
    assert.match((await asked({ ...strange, flag: false, node: here })).fix, /add '--group-destroyed'/);
  });
});

describe("a refused reconcile", () => {
  const options = { group: "web", graceSeconds: 900, cap: { share: 0.5, count: 50 }, dryRun: false };
  const place = async () => HERE;
  const nearGroup = async (group: string) => didYouMean(group, ["production-web", "wab"]);

  /** A fleet whose group exists in Auto Scaling, or no longer does. */
  async function run(made: Parameters<typeof madeUpFleet>[0], more: Partial<ReconcileOptions> = {}, isThere = true) {
    const { services, deleted } = madeUpFleet(made);
    const send = services.autoScaling.send.bind(services.autoScaling);
    const autoScaling = Object.assign(Object.create(services.autoScaling), {
      send: async (command: never) => ({ ...(await send(command)), ...(isThere ? {} : { AutoScalingGroups: [] }) }),
    });
    const report = await reconcileGroup({ ...options, ...more }, { ...services, autoScaling, place });
    return {
      report,
      deleted,
      fix: (await adviceOn(report, { chef: services.chef as ChefClient, place, nearGroup })) ?? "",
    };
  }

  it("of a renamed or destroyed group says how to remove its old names, and that works", async () => {
    const left = { proven: 4, silent: 1 };
    const refused = await run(left, {}, false);
    assert.deepEqual([refused.report.refusedFor, refused.deleted], ["no-such-group", []]);
    assert.match(refused.fix, /run this again with '--group web --group-destroyed --dry-run --max-share 1'/);
    const { report } = await run(left, { groupDestroyed: true, cap: { share: 1, count: 50 } }, false);
    assert.deepEqual([report.removed.length, report.kept.length, report.refusedFor], [4, 1, undefined]);
  });

  it("in the wrong region names the region where the nodes ran, and removes nothing there whatever the flags", async () => {
    const elsewhere = async () => ({ region: "us-west-2", accountId: HERE.accountId });
    const { services } = madeUpFleet({ proven: 4 });
    const send = services.autoScaling.send.bind(services.autoScaling);
    const autoScaling = Object.assign(Object.create(services.autoScaling), {
      send: async (command: never) => ({ ...(await send(command)), AutoScalingGroups: [] }),
    });
    const asking = { ...services, autoScaling, place: elsewhere };
    const report = await reconcileGroup(options, asking);
    assert.equal(
      await adviceOn(report, { chef: services.chef, place: elsewhere, nearGroup }),
      "its nodes report that they ran in eu-west-3: use '--region eu-west-3'",
    );
    const forced = await reconcileGroup({ ...options, groupDestroyed: true, cap: { share: 1, count: 50 } }, asking);
    assert.deepEqual([forced.removed, forced.foreign.length], [[], 4]);
  });

  it("of an unknown name suggests a similar one, or to check it", async () => {
    const { fix } = await run({}, {}, false);
    assert.equal(fix, "the Chef server has no 'web-i-…' either: did you mean 'wab'?");
    const far = await run({}, { group: "something-else" }, false);
    assert.match(far.fix, /the Chef server has no 'something-else-i-…' either: check the group's name/);
  });

  it("with too many left-over names suggests the dry run that shows them, and a run under its cap removes them", async () => {
    const refused = await run({ living: 1, gone: 8 });
    assert.equal(refused.report.refusedFor, "too-many");
    const [, share, count] = /--dry-run --max-share (\S+) --max-count (\d+)/.exec(refused.fix) ?? [];
    const { report } = await run({ living: 1, gone: 8 }, { cap: { share: Number(share), count: Number(count) } });
    assert.equal(report.removed.length, 8);
  });

  it("of a group without living instances says where to look, and works once one is alive", async () => {
    const refused = await run({ gone: 2, desired: 2 });
    assert.equal(refused.report.refusedFor, "none-living");
    assert.match(
      refused.fix,
      /describe-scaling-activities --auto-scaling-group-name web; run this again once one is alive/,
    );
    assert.equal((await run({ living: 1, gone: 2, desired: 2 })).report.removed.length, 2);
    assert.equal((await run({ gone: 2, desired: 0 })).report.removed.length, 2);
  });
});
