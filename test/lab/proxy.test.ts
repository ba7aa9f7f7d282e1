import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { fromInstanceMetadata } from "@smithy/credential-provider-imds";
import { environmentAgent, proxyFor } from "../../aws/proxy";
import { AWS_TIMEOUTS } from "../../aws/timeouts";
import { createChefClient } from "../../chef";
import { keyPair } from "../helpers/chef-objects";
import { withEnvironment } from "../helpers/environment";
import { type SmallProxy, smallProxy } from "../helpers/small-proxy";
import { type Certificates, makeCertificates } from "./faults/certificates";

const CREDENTIALS = { accessKeyId: "a", secretAccessKey: "b" };

/** A real proxy on loopback between the project's clients and the servers. */
describe("through a proxy", function () {
  this.timeout(30_000);
  const key = keyPair().privateKey;
  const servers: Server[] = [];
  let certificates: Certificates;
  let proxy: SmallProxy;
  let secure: string;
  let plain: string;

  before(async () => {
    certificates = makeCertificates();
    const { cert, key: serverKey } = certificates.good;
    secure = await listening(createServer({ cert, key: serverKey }, answer) as unknown as Server, "https");
    plain = await listening(createHttpServer(answer), "http");
  });
  beforeEach(async () => {
    proxy = await smallProxy();
  });
  afterEach(() => proxy.close());
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listening(server: Server, scheme: string): Promise<string> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/slow") return void setTimeout(() => response.end(), 600);
    if (request.url?.startsWith("/nodes")) return void response.end(JSON.stringify({ name: "web" }));
    response.end("<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>");
  }

  async function node(serverUrl: string, environment: Record<string, string>, timeoutMs = 5000): Promise<unknown> {
    return withEnvironment({ HTTPS_PROXY: "", HTTP_PROXY: "", NO_PROXY: "", ...environment }, async () => {
      const chef = createChefClient({ serverUrl, clientName: "c", key, caPem: certificates.caPem, timeoutMs });
      const found = await Promise.all([chef.getNode("web"), chef.getNode("web")]).finally(() => chef.close());
      return found[0];
    });
  }

  it("a Chef server's own certificate is checked, and the proxy sees only the host", async () => {
    assert.deepEqual(await node(secure, { HTTPS_PROXY: proxy.url }), { name: "web" });
    assert.ok(proxy.asked.length > 0);
    for (const asked of proxy.asked) assert.equal(asked, `CONNECT ${secure.slice("https://".length)}`);
  });

  it("a Chef server without encryption is requested by its full URL", async () => {
    assert.deepEqual(await node(plain, { HTTP_PROXY: proxy.url }), { name: "web" });
    assert.deepEqual(new Set(proxy.asked), new Set([`GET ${plain}/nodes/web`]));
  });

  it("nothing is requested that NO_PROXY names, or that has no proxy", async () => {
    assert.deepEqual(await node(secure, { HTTPS_PROXY: proxy.url, NO_PROXY: "example.com,127.0.0.1" }), {
      name: "web",
    });
    assert.deepEqual(await node(secure, { HTTP_PROXY: proxy.url }), { name: "web" });
    assert.deepEqual(proxy.asked, []);
  });

  it("a rejection or time-out of the proxy is reported as the proxy's", async () => {
    proxy.answer = 407;
    await assert.rejects(
      node(secure, { HTTPS_PROXY: proxy.url }),
      /the proxy http:\/\/127\.0\.0\.1:\d+ answered 407; it requires/,
    );
    proxy.answer = 0;
    await assert.rejects(
      node(secure, { HTTPS_PROXY: proxy.url }, 300),
      /the proxy http:\/\/127\.0\.0\.1:\d+ Proxy timeout/,
    );
    await assert.rejects(
      node(secure, { HTTPS_PROXY: "http://127.0.0.1:9" }),
      /the proxy http:\/\/127\.0\.0\.1:9 .*ECONNREFUSED/,
    );
  });

  it("an invalid certificate of the server behind it is rejected as without a proxy", async () => {
    const { cert, key: serverKey } = certificates.unknown;
    const other = await listening(createServer({ cert, key: serverKey }, answer) as unknown as Server, "https");
    await assert.rejects(node(other, { HTTPS_PROXY: proxy.url }), (error: { chef: { kind: string } }) => {
      assert.equal(error.chef.kind, "untrusted");
      return true;
    });
  });

  it("AWS is requested, unless NO_PROXY names the host", async () => {
    const ask = (environment: Record<string, string>) =>
      withEnvironment(
        { HTTPS_PROXY: proxy.url, NO_PROXY: "", NODE_TLS_REJECT_UNAUTHORIZED: "0", ...environment },
        async () => {
          const ec2 = new EC2Client({
            ...AWS_TIMEOUTS,
            region: "eu-west-3",
            endpoint: secure,
            credentials: CREDENTIALS,
          });
          await ec2.send(new DescribeInstancesCommand({})).finally(() => ec2.destroy());
        },
      );
    await ask({ NO_PROXY: "127.0.0.1" });
    assert.deepEqual(proxy.asked, []);
    await ask({});
    assert.deepEqual(proxy.asked, [`CONNECT ${secure.slice("https://".length)}`]);
  });

  it("a response may take longer than the connection", async () => {
    const agent = environmentAgent(200, { keepAlive: true });
    await withEnvironment({ HTTPS_PROXY: proxy.url, NO_PROXY: "" }, async () => {
      const asked = request(`${secure}/slow`, { agent, ca: certificates.caPem, timeout: 5000 });
      let isTimedOut = false;
      asked.once("timeout", () => {
        isTimedOut = true;
      });
      const [response] = (await once(asked.end(), "response")) as [IncomingMessage];
      response.resume();
      await once(response, "end");
      assert.deepEqual([response.statusCode, isTimedOut, proxy.asked.length], [200, false, 1]);
    });
    agent.destroy();
  });

  it("the metadata services are never requested, whatever the environment is", async () => {
    const environment = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: "" };
    await withEnvironment(environment, async () => {
      for (const host of ["169.254.169.254", "[fd00:ec2::254]", "169.254.170.2"]) {
        assert.equal(proxyFor(new URL(`http://${host}/latest/meta-data`)), undefined);
      }
      assert.equal(proxyFor(new URL("https://ec2.eu-west-3.amazonaws.com"))?.href, `${proxy.url}/`);
    });
    await withEnvironment({ ...environment, AWS_EC2_METADATA_SERVICE_ENDPOINT: plain }, async () => {
      await assert.rejects(fromInstanceMetadata({ timeout: 1000, maxRetries: 0 })());
    });
    assert.deepEqual(proxy.asked, [], "the SDK's own questions");
  });
});
