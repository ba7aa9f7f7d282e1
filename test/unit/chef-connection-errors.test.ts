import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createChefClient, isChefError } from "../../chef";
import { chefError } from "../../chef/chef-error";
import { networkFailure } from "../../chef/failure";
import { keyPair } from "../helpers/chef-objects";

/** The message for an error of Node with this code. */
function told(code: string, secure = true, more: object = {}): { readonly kind: string; readonly message: string } {
  const error = Object.assign(new Error("what Node says"), { code, ...more });
  const { message, chef } = chefError(networkFailure("GET", "/nodes", error, secure), error);
  return { kind: chef.kind, message };
}

describe("a Chef server that cannot be reached", () => {
  const { privateKey: key } = keyPair();
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  async function failureAt(serverUrl: string) {
    const chef = createChefClient({ serverUrl, clientName: "reaper", key, timeoutMs: 2000 });
    try {
      await chef.getNode("web");
      return assert.fail("an answer came");
    } catch (error) {
      assert.ok(isChefError(error), String(error));
      return error;
    } finally {
      chef.close();
    }
  }

  const certificates: readonly (readonly [string, RegExp])[] = [
    ["CERT_HAS_EXPIRED", /has expired: renew it/],
    ["CERT_NOT_YET_VALID", /not valid yet: set the clocks/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /is for other names: use one of them/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /is not trusted: set it/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /is not trusted: set it/],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /is not trusted: set it/],
  ];
  for (const [code, words] of certificates) {
    it(`reports what is wrong with its certificate: ${code}`, () => {
      const { kind, message } = told(code);
      assert.equal(kind, "untrusted");
      assert.match(message, words);
    });
  }

  it("reports whether its name, its port or its network is wrong", () => {
    assert.match(told("ENOTFOUND").message, /name cannot be resolved/);
    assert.match(told("ECONNREFUSED").message, /the connection was refused/);
    assert.match(told("ECONNRESET", false).message, /uses TLS at this port, start its URL with https/);
    assert.match(told("EHOSTUNREACH").message, /this machine can reach it/);
  });

  it("reports to use http if an http server responds to https", async () => {
    const port = await listening(createHttpServer((_, response) => response.end("{}")));
    const error = await failureAt(`https://127.0.0.1:${port}`);
    assert.equal(error.chef.kind, "wrong-scheme");
    assert.match(error.message, /start its URL with http:\/\//);
    assert.doesNotMatch(error.message, /SSL routines|\.c:\d+/, "OpenSSL's own text helps nobody");
  });

  it("reports to use https if a TLS server responds to http", async () => {
    // OpenSSL's alert for a request without TLS
    const alert = Buffer.from("15030100020246", "hex");
    const port = await listening(createServer((socket) => void socket.once("data", () => socket.end(alert))));
    const error = await failureAt(`http://127.0.0.1:${port}`);
    assert.equal(error.chef.kind, "wrong-scheme");
    assert.match(error.message, /start its URL with https:\/\//);
  });

  it("reports if nothing listens", async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    assert.match((await failureAt(`http://127.0.0.1:${port}`)).message, /the connection was refused/);
  });
});
