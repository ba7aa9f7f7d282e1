import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChefError, chefError, isChefError } from "../../chef/chef-error";
import { createChefClient } from "../../chef/client";
import { serverMessage } from "../../chef/failure";
import { type ChefClient, instanceIdOfNode, removeNodeAndClient } from "../../chef/index";
import { forEachBounded } from "../../common/concurrency";
import { keyPair } from "../helpers/chef-objects";

const ID = "i-0123456789abcdef0";
const OTHER = "i-0fedcba9876543210";
const target = { name: `web-${ID}`, instanceId: ID };

/** A client of a Chef server of which only the given functions may be called. */
function fake(functions: Partial<ChefClient>): ChefClient {
  const unknown = (): never => assert.fail("unexpected call");
  const none = { getNode: unknown, listNodes: unknown, createNode: unknown, deleteNode: unknown, getClient: unknown };
  const more = { listClients: unknown, createClient: unknown, deleteClient: unknown, search: unknown, close: unknown };
  const lists = { visitNodes: unknown, visitClients: unknown };
  return { ...none, ...more, ...lists, ...functions };
}

describe("the Chef client's options", () => {
  const key = keyPair().privateKey;

  for (const serverUrl of [
    "",
    "chef.example.com",
    "https:chef",
    "ftp://chef",
    "https://user:pass@chef",
    "https://chef/?x=1",
    "https://chef/organizations",
    "https://chef/organizations/",
  ]) {
    it(`refuse the server URL '${serverUrl}'`, () => {
      assert.throws(
        () => createChefClient({ serverUrl, clientName: "reaper", key }),
        /the Chef server URL .* expected/,
      );
    });
  }

  it("refuse anything but an RSA private key, without quoting it", () => {
    const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    for (const wrong of ["hunter2", "", elliptic, keyPair().publicKey]) {
      assert.throws(
        () => createChefClient({ serverUrl: "https://chef", clientName: "reaper", key: wrong }),
        (error: Error) => /'reaper' cannot be used/.test(error.message) && !error.message.includes("hunter2"),
      );
    }
  });

  it("send no unsafe names to the server", async () => {
    const chef = createChefClient({ serverUrl: "http://127.0.0.1:1", clientName: "reaper", key });
    for (const name of ["", ".", "..", "a/b", "x/keys/default"]) {
      await assert.rejects(chef.deleteNode(name), /cannot be the name/);
      await assert.rejects(chef.deleteClient(name), /cannot be the name/);
      await assert.rejects(chef.getNode(name), /cannot be the name/);
    }
  });
});

describe("removing a node with its client", () => {
  it("deletes both, the client first", async () => {
    const calls: string[] = [];
    const chef = fake({
      getNode: async (name) => ({ name, automatic: { ec2: { instance_id: ID } } }),
      deleteNode: async () => {
        calls.push("node");
        return "deleted";
      },
      deleteClient: async () => {
        calls.push("client");
        return "deleted";
      },
    });
    assert.deepEqual(await removeNodeAndClient(chef, target), { node: "deleted", client: "deleted" });
    assert.deepEqual(calls, ["client", "node"]);
  });

  it("refuses a node that carries another instance's id, and calls no delete", async () => {
    const chef = fake({ getNode: async (name) => ({ name, automatic: { ec2: { instance_id: OTHER } } }) });
    const removal = await removeNodeAndClient(chef, target);
    assert.deepEqual(removal, {
      node: "foreign",
      client: "foreign",
      foreign: { cause: "other-instance", reason: `the node carries the id of another instance, '${OTHER}'` },
    });
  });

  it("refuses a node that ran in another account, if the account is known", async () => {
    const getNode = async (name: string) => ({ name, automatic: { ec2: { account_id: "111122223333" } } });
    const removal = await removeNodeAndClient(fake({ getNode }), { ...target, accountId: "444455556666" });
    const reason = "the node ran in another account, '111122223333'";
    assert.deepEqual(removal.foreign, { cause: "other-place", reason });
    const gone = async () => "deleted" as const;
    const here = fake({ getNode, deleteNode: gone, deleteClient: gone });
    for (const accountId of ["111122223333", undefined]) {
      assert.equal((await removeNodeAndClient(here, { ...target, accountId })).node, "deleted");
    }
  });

  it("refuses a node that ran in another region, if the region is known", async () => {
    const ec2 = { instance_id: ID, placement_availability_zone: "us-west-2b" };
    const getNode = async (name: string) => ({ name, automatic: { ec2 } });
    const removal = await removeNodeAndClient(fake({ getNode }), { ...target, region: "eu-west-3" });
    assert.deepEqual(removal, {
      node: "foreign",
      client: "foreign",
      foreign: { cause: "other-place", reason: "the node ran in another region, 'us-west-2'" },
    });
    const gone = async () => "deleted" as const;
    const here = fake({ getNode, deleteNode: gone, deleteClient: gone });
    for (const region of ["us-west-2", undefined]) {
      assert.deepEqual(await removeNodeAndClient(here, { ...target, region }), { node: "deleted", client: "deleted" });
    }
  });

  it("tries the node even if the client failed, and the other way round", async () => {
    const calls: string[] = [];
    const fails = (what: string) => async () => {
      calls.push(what);
      return assert.fail(what);
    };
    const works = (what: string) => async () => {
      calls.push(what);
      return "deleted" as const;
    };
    const getNode = async () => undefined;
    const first = fake({ getNode, deleteClient: fails("client"), deleteNode: works("node") });
    await assert.rejects(removeNodeAndClient(first, target), /client/);
    const second = fake({ getNode, deleteClient: works("client"), deleteNode: fails("node") });
    await assert.rejects(removeNodeAndClient(second, target), /node/);
    assert.deepEqual(calls, ["client", "node", "client", "node"]);
  });

  it("deletes the client once more if the pair registered in between", async () => {
    const there = { client: false, node: false };
    const take = (what: "client" | "node") => {
      const was = there[what];
      there[what] = false;
      return was ? ("deleted" as const) : ("absent" as const);
    };
    const deleteClient = async () => {
      const result = take("client");
      if (result === "absent") Object.assign(there, { client: true, node: true });
      return result;
    };
    const chef = fake({ getNode: async () => undefined, deleteClient, deleteNode: async () => take("node") });
    assert.deepEqual(await removeNodeAndClient(chef, target), { node: "deleted", client: "deleted" });
    assert.deepEqual(there, { client: false, node: false });
  });

  it("finds the id only where Ohai writes it", () => {
    assert.equal(instanceIdOfNode({ name: "a", automatic: { ec2: { instance_id: ID } } }), ID);
    for (const automatic of [undefined, null, [], "x", {}, { ec2: null }, { ec2: { instance_id: 5 } }]) {
      assert.equal(instanceIdOfNode({ name: "a", automatic }), undefined);
    }
  });
});

describe("errors of the Chef client", () => {
  const { privateKey } = keyPair();

  it("contain method, path, status, the server's message, and the fix", () => {
    const error = chefError({
      kind: "forbidden",
      method: "DELETE",
      path: "/nodes/a",
      status: 403,
      serverMessage: "no",
    });
    assert.ok(isChefError(error));
    assert.match(error.message, /^DELETE \/nodes\/a answered 403 \(forbidden\): 'no'; .*permission/);
    assert.doesNotMatch(error.message, /\.$/);
  });

  it("distinguish a wrong clock from a wrong key, with the seconds", () => {
    const skewed = chefError({ kind: "clock-skew", method: "GET", path: "/nodes", status: 401, skewSeconds: -1200 });
    assert.match(skewed.message, /1200 seconds behind the server's/);
    const refused = chefError({ kind: "unauthorized", method: "GET", path: "/nodes", status: 401, skewSeconds: 2 });
    assert.doesNotMatch(refused.message, /clock/);
  });

  it("understand the error documents of Chef servers, and quote the beginning of anything else", () => {
    assert.equal(serverMessage('{"error":["a","b"]}'), "a, b");
    assert.equal(serverMessage('{"error":"a"}'), "a");
    assert.equal(serverMessage(""), undefined);
    assert.equal(serverMessage("x".repeat(5000))?.length, 200);
  });

  it("are created from any error document, however deeply nested", async () => {
    const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const said = [nested, '[{"toString":1,"valueOf":1}]', '["no",["b"],{"c":"d"},null,5]', "7", "null"];
    for (const status of [403, 404, 500]) {
      for (const body of said.map((error) => `{"error":${error}}`)) {
        const error = await errorFrom(status, body);
        assert.ok(isChefError(error), `${error.message.slice(0, 200)} is no ChefError`);
        assert.ok((error.chef.serverMessage?.length ?? 0) <= 200);
      }
    }
    assert.equal((await errorFrom(403, '{"error":["no",["b"],{"c":"d"},null,5]}')).chef.serverMessage, "no");
  });

  /** The client's error for a response. */
  async function errorFrom(status: number, body: string): Promise<ChefError> {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const chef = createChefClient({ serverUrl, clientName: "reaper", key: privateKey });
    try {
      return await chef.getNode("web").then(
        () => assert.fail("it was an answer"),
        (error) => error,
      );
    } finally {
      chef.close();
      server.close();
    }
  }
});

describe("bounded concurrency", () => {
  it("runs every item, never more than the limit at a time", async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await forEachBounded([...Array(50).keys()], 7, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      seen.push(item);
    });
    assert.deepEqual([seen.length, most], [50, 7]);
    await forEachBounded([], 7, () => assert.fail("no items"));
  });
});
