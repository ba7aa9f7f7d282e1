import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isChefError } from "../../chef/chef-error";
import { createChefClient } from "../../chef/client";
import { type Removal, removeNodeAndClient } from "../../chef/index";
import { keyPair } from "../helpers/chef-objects";

const ID = "i-01234567";
const NAME = `web-${ID}`;
const { privateKey } = keyPair();

interface Said {
  readonly status: number;
  readonly body: object;
}

/** The result of a removal from a server that answers every request alike. */
async function removalFrom({ status, body }: Said): Promise<Removal> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/organizations/acme`;
  const chef = createChefClient({ serverUrl, clientName: "reaper", key: privateKey });
  try {
    return await removeNodeAndClient(chef, { name: NAME, instanceId: ID });
  } finally {
    chef.close();
    server.close();
  }
}

const notFound = (error: unknown): Said => ({ status: 404, body: { error } });

describe("an answer of the Chef server about a node or client", () => {
  // As Chef's server, goiardi and chef-zero write it
  for (const error of [
    [`node '${NAME}' not found`],
    [`Cannot load client ${NAME}`],
    `Cannot find a node named ${NAME}.`,
    [`Object not found: chefzero://localhost:8889/organizations/acme/nodes/${NAME}`],
  ]) {
    it(`proves that it is absent if it says so: ${error}`, async () => {
      assert.deepEqual(await removalFrom(notFound(error)), { node: "absent", client: "absent" });
    });
  }

  const unproven: readonly [string, Said][] = [
    ["a 404 about a longer name", notFound([`node '${NAME}89abcdef0' not found`])],
    ["a 404 about a name that ends alike", notFound([`node 'staging-${NAME}' not found`])],
    ["a 404 about another group", notFound([`node 'x_${NAME}' not found`])],
    ["a 404 about the organization", notFound(["organization 'acme' does not exist."])],
    ["a proxy's 202", { status: 202, body: { name: NAME } }],
    ["a 203 that a proxy changed", { status: 203, body: { name: NAME } }],
    ["a part of it", { status: 206, body: { name: NAME } }],
    ["a 200 with an error", { status: 200, body: { name: NAME, error: ["could not be deleted"] } }],
    ["a 200 with an error alone", { status: 200, body: { error: [`node '${NAME}' not found`] } }],
  ];
  for (const [title, said] of unproven) {
    it(`proves nothing if it is ${title}`, async () => {
      await assert.rejects(removalFrom(said), (error: Error) => isChefError(error) && error.chef.kind === "malformed");
    });
  }

  it("proves that it is deleted if it is a 200 with the object", async () => {
    assert.deepEqual(await removalFrom({ status: 200, body: { name: NAME } }), { node: "deleted", client: "deleted" });
  });
});
