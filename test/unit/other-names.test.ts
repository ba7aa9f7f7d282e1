import assert from "node:assert/strict";
import fc from "fast-check";
import { chefError } from "../../chef/chef-error";
import type { ChefNode, SearchPage } from "../../chef/client";
import { searchNodesOfInstance } from "../../chef/instance-search";
import { afterSearch } from "../../reaper/decide/decision";
import {
  CONVERGES_WITHIN_SECONDS,
  judgeOtherName,
  removeOtherNames,
  type SearchingClient,
} from "../../reaper/removal/other-names";

const ID = "i-0123456789abcdef0";
const OTHER = "i-0fedcba9876543210";
const NOW = Date.parse("2026-11-22T12:00:00Z");
const LONG_AGO = NOW / 1000 - CONVERGES_WITHIN_SECONDS - 1;
const TARGET = { name: `web-${ID}`, instanceId: ID, region: "eu-west-3", accountId: "123456789012" };
const OPTIONS = { now: NOW, operator: "reaper" };

const node = (name: string, ec2: object = {}, more: object = { ohai_time: LONG_AGO }): ChefNode => ({
  name,
  automatic: { ec2: { instance_id: ID, ...ec2 }, ...more },
});

/** A Chef server with these nodes, each with its client, whose index finds all of them. It records deletions. */
function serverWith(nodes: readonly ChefNode[], changes: Partial<SearchingClient> = {}) {
  const calls: string[] = [];
  const deleted = async (what: string) => {
    calls.push(what);
    return "deleted" as const;
  };
  const chef: SearchingClient = {
    search: async (_, __, { start = 0 } = {}) => ({ total: nodes.length, start, rows: start === 0 ? nodes : [] }),
    getNode: async (name) => nodes.find((one) => one.name === name),
    getClient: async (name) => ({ name, validator: false }),
    deleteClient: (name) => deleted(`client ${name}`),
    deleteNode: (name) => deleted(`node ${name}`),
    ...changes,
  };
  return { chef, calls };
}

describe("nodes with other names", () => {
  it("are removed with their clients, the client first, and named in the reason", async () => {
    const { chef, calls } = serverWith([node("host-1"), node("host-2")]);
    const others = await removeOtherNames(chef, TARGET, OPTIONS);
    assert.deepEqual(calls, ["client host-1", "node host-1", "client host-2", "node host-2"]);
    assert.deepEqual(afterSearch(others, [{ name: "dns", result: "removed" }]), {
      outcome: "acknowledged",
      removed: true,
      reason:
        "found by its id, 'host-1': node deleted, client deleted; 'host-2': node deleted, client deleted, dns removed",
    });
  });

  it("count as absent if only the index has them: gone, another's, without an id, or with the instance's own name", async () => {
    const nodes = [node("host-1", { instance_id: OTHER }), { name: "host-2" }, node(TARGET.name)];
    const inIndex = [...nodes, { name: "gone" }];
    const search: SearchingClient["search"] = async (_, __, { start = 0 } = {}) => {
      return { total: inIndex.length, start, rows: start === 0 ? inIndex : [] };
    };
    const { chef, calls } = serverWith(nodes, { search });
    const others = await removeOtherNames(chef, TARGET, OPTIONS);
    assert.deepEqual([others, afterSearch(others), calls], [{ found: "none" }, undefined, []]);
  });

  it("are all kept if one of them must not be removed", async () => {
    const cases: [ChefNode, RegExp][] = [
      [node("host-2", { region: "us-east-1" }), /ran in another region, 'us-east-1'/],
      [node("host-2", { account_id: "210987654321" }), /ran in another account/],
      [
        node(`web-${OTHER}`),
        /'web-i-0fedcba9876543210' carries the instance's id, but is named after another instance/,
      ],
      [node("reaper"), /its client is the reaper's own/],
      [node("host-2", {}, {}), /does not report when .* \(ohai_time\)/],
    ];
    for (const [bad, expected] of cases) {
      const { chef, calls } = serverWith([node("host-1"), bad]);
      const outcome = afterSearch(await removeOtherNames(chef, TARGET, OPTIONS));
      assert.equal(outcome?.outcome, "dead-letter");
      assert.match(outcome?.reason ?? "", expected);
      assert.deepEqual(calls, []);
    }
    const getClient = async (name: string) => ({ name, validator: name === "acme-validator" });
    const { chef, calls } = serverWith([node("host-1"), node("acme-validator")], { getClient });
    assert.match(afterSearch(await removeOtherNames(chef, TARGET, OPTIONS))?.reason ?? "", /is a validator/);
    const administered = serverWith([node("host-1"), node("operator")], {
      getClient: async (name) => ({ name, validator: false, admin: name === "operator" }),
    });
    const refused = afterSearch(await removeOtherNames(administered.chef, TARGET, OPTIONS));
    assert.match(refused?.reason ?? "", /'operator' .* is an administrator/);
    assert.deepEqual([calls, administered.calls], [[], []]);
  });

  it("wait until nothing has converged for two hours, also after the termination, and are checked meanwhile", async () => {
    const minutesAgo = (minutes: number) => [
      node("host-1"),
      node("host-2", {}, { ohai_time: NOW / 1000 - minutes * 60 }),
    ];
    for (const [minutes, seconds] of [
      [5, 600],
      [-60 * 24 * 365, 600],
      [119, 60],
    ] as const) {
      const { chef, calls } = serverWith(minutesAgo(minutes));
      const outcome = afterSearch(await removeOtherNames(chef, TARGET, OPTIONS));
      assert.ok(outcome?.outcome === "retry" && !outcome.failed, JSON.stringify(outcome));
      assert.equal(outcome.afterSeconds, seconds);
      assert.match(outcome.reason, /'host-2' carries .* converged .* minutes ago: it is removed once it has not/);
      assert.deepEqual(calls, []);
    }
    const { chef } = serverWith(minutesAgo(121));
    assert.equal((await removeOtherNames(chef, TARGET, OPTIONS)).found, "removed");
  });

  it("are removed only if the node has this id and place, and has not converged recently", () => {
    const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const ec2 = fc.record({ region: maybe("eu-west-3", "us-east-1"), account_id: maybe("123456789012", "2") });
    const age = fc.option(fc.integer({ min: -10_000, max: 20_000 }), { nil: undefined });
    fc.assert(
      fc.property(ec2, age, fc.constantFrom("host-1", `db-${ID}`, `db-${OTHER}`, "reaper"), (place, seconds, name) => {
        const ohai_time = seconds === undefined ? undefined : NOW / 1000 - seconds;
        const isRemoved = judgeOtherName(node(name, place, { ohai_time }), TARGET, OPTIONS) === undefined;
        const isOwnPlace = place.region !== "us-east-1" && place.account_id !== "2";
        const isOwnName = name === "host-1" || name === `db-${ID}`;
        assert.equal(isRemoved, isOwnPlace && isOwnName && (seconds ?? 0) >= CONVERGES_WITHIN_SECONDS);
      }),
    );
  });

  it("are kept if the client is not confirmed to be gone: nothing else leads to it", async () => {
    const deleteClient = () => Promise.reject(chefError({ kind: "server", method: "DELETE", path: "/clients/host-1" }));
    const { chef, calls } = serverWith([node("host-1")], { deleteClient });
    await assert.rejects(removeOtherNames(chef, TARGET, OPTIONS), /\(server\); the server failed/);
    assert.deepEqual(calls, []);
  });

  it("need no removal if another message removed them meanwhile", async () => {
    const absent = async () => "absent" as const;
    const { chef } = serverWith([node("host-1")], { deleteClient: absent, deleteNode: absent });
    assert.deepEqual(await removeOtherNames(chef, TARGET, OPTIONS), { found: "none" });
  });
});

describe("the search for an instance's nodes", () => {
  /** @param answers one response for each page; after these the index is empty */
  function searching(answers: readonly Partial<SearchPage>[], total = 0) {
    const asked: string[] = [];
    const search: SearchingClient["search"] = async (index, query, { start = 0, rows } = {}) => {
      asked.push(`${index} ${query} ${start} ${rows}`);
      return { total, start, rows: [], ...answers[asked.length - 1] };
    };
    return { chef: { search }, asked };
  }
  const page = (...names: unknown[]) => ({ rows: names.map((name) => ({ name })) });
  const full = (...names: string[]) => page(...Array(100 - names.length).fill("full"), ...names);

  it("sends one request if the page is not full", async () => {
    const { chef, asked } = searching([page("a", "b")], 2);
    assert.deepEqual(await searchNodesOfInstance(chef, ID), ["a", "b"]);
    assert.deepEqual(asked, [`node ec2_instance_id:${ID} 0 100`]);
  });

  it("continues after a full page, and returns each name once", async () => {
    const { chef, asked } = searching([full("a"), full("b"), page("a", "c")], 100);
    assert.deepEqual(await searchNodesOfInstance(chef, ID), ["full", "a", "b", "c"]);
    assert.deepEqual(
      asked,
      [0, 100, 200].map((start) => `node ec2_instance_id:${ID} ${start} 100`),
    );
  });

  it("continues after a page with gaps if the server says that there is more", async () => {
    const { chef } = searching([page(), page("a")], 150);
    assert.deepEqual(await searchNodesOfInstance(chef, ID), ["a"]);
  });

  it("fails for an invalid response, and says what to do", async () => {
    const endless = searching(Array(50).fill(full()));
    await assert.rejects(searchNodesOfInstance(endless.chef, ID), /does not end.*reindex/);
    assert.equal(endless.asked.length, 10);
    await assert.rejects(searchNodesOfInstance(searching([page(7)]).chef, ID), /a row without a name.*reindex/);
  });
});
