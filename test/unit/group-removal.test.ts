import assert from "node:assert/strict";
import { type ChefErrorKind, chefError } from "../../chef/chef-error";
import type { ChefClient } from "../../chef/client";
import { removeGroup } from "../../chef/group";
import { nodeName } from "../../chef/names";
import { instanceId, noneLives } from "../helpers/chef-objects";

const names = Array.from({ length: 20 }, (_, index) => nodeName("web", instanceId(index)));

/** A server that refuses deletions of nodes as long as `isRefused` returns true; other calls than the necessary ones throw. */
function server(kind: ChefErrorKind, isRefused: (deletions: number, left: number) => boolean) {
  const nodes = new Set(names);
  let deletions = 0;
  const chef: Partial<ChefClient> = {
    visitNodes: async (visit) => {
      for (const name of nodes) visit(name);
    },
    visitClients: async () => undefined,
    getNode: async (name) => (nodes.has(name) ? { name } : undefined),
    deleteClient: async () => "absent",
    deleteNode: async (name) => {
      if (isRefused(++deletions, nodes.size)) throw chefError({ kind, method: "DELETE", path: `/nodes/${name}` });
      return nodes.delete(name) ? "deleted" : "absent";
    },
  };
  return { chef: chef as ChefClient, nodes, deletions: () => deletions };
}

describe("removing a whole group", () => {
  for (const kind of ["throttled", "timeout"] as const) {
    it(`retries what an overloaded server did not do (${kind}), until nothing is left`, async () => {
      const { chef, nodes, deletions } = server(kind, (count) => count % 3 !== 0);
      const { removed } = await removeGroup(chef, "web", { livingAmong: noneLives });
      assert.deepEqual([[...removed].sort(), nodes.size], [names, 0]);
      assert.ok(deletions() > 40);
    });
  }

  it("tries every name even if one is refused: permissions are set per object", async () => {
    const { chef, nodes } = server("forbidden", (count) => count === 1);
    await assert.rejects(removeGroup(chef, "web", { livingAmong: noneLives }), /19 of 20 nodes and clients/);
    assert.equal(nodes.size, 1);
  });

  it("gives up when retries remove nothing, and reports how far it came", async () => {
    const { chef, nodes } = server("throttled", (_, left) => left <= 5);
    await assert.rejects(
      removeGroup(chef, "web", { livingAmong: noneLives }),
      /15 of 20 nodes and clients .* fewer requests/,
    );
    assert.equal(nodes.size, 5);
  });

  it("does not retry other failures", async () => {
    const { chef, deletions } = server("server", (count) => count === 1);
    await assert.rejects(removeGroup(chef, "web", { livingAmong: noneLives }), /19 of 20 nodes and clients/);
    assert.equal(deletions(), 20);
  });

  it("keeps those whose instance is alive, which it asks after listing the names, and reports them", async () => {
    const { chef, nodes } = server("forbidden", () => false);
    const asked: string[] = [];
    const livingAmong = async (ids: readonly string[]) => {
      asked.push(...ids);
      return new Map([[instanceId(3), "running"]]);
    };
    const { removed, living } = await removeGroup(chef, "web", { livingAmong });
    assert.deepEqual(
      asked,
      names.map((_, index) => instanceId(index)),
    );
    assert.deepEqual([removed.length, [...nodes]], [19, [nodeName("web", instanceId(3))]]);
    assert.deepEqual(living, [{ name: nodeName("web", instanceId(3)), why: "running" }]);
  });

  it("removes nothing if it is unknown which are alive", async () => {
    const { chef, deletions } = server("forbidden", () => false);
    const livingAmong = () => Promise.reject(new Error("no answer"));
    await assert.rejects(removeGroup(chef, "web", { livingAmong }), /no answer/);
    assert.equal(deletions(), 0);
  });
});
