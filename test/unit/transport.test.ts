import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTransport } from "../../chef/transport";

describe("a response that is passed on in parts", () => {
  const drips = new Set<NodeJS.Timeout>();
  let server: Server;

  before(async () => {
    server = createServer((_, response) => {
      const drip = setInterval(() => response.write("."), 10);
      drips.add(drip);
      response.once("close", () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    for (const drip of drips) clearInterval(drip);
    server.closeAllConnections();
    server.close();
  });

  it("may take longer than the timeout, but not forever", async () => {
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}`);
    const transport = createTransport({ url, timeoutMs: 50, maxSockets: 1 });
    let parts = 0;
    const exchange = { method: "GET", path: "/", headers: {}, body: "", onText: () => void parts++ };
    await assert.rejects(transport.send(exchange), { code: "ETIMEDOUT" });
    assert.ok(parts > 5, `${parts} parts came`);
    transport.close();
  });
});

describe("a request on a reused connection that the server had closed", () => {
  it("is sent again on a new one", async () => {
    let requests = 0;
    const server = createServer(({ socket }, response) => {
      // The server has closed the connection of every second request.
      if (++requests % 2 === 1) response.end("{}");
      else socket.resetAndDestroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const transport = createTransport({ url, timeoutMs: 1000, maxSockets: 1 });
    const exchange = { method: "DELETE", path: "/", headers: {}, body: "" };
    await transport.send(exchange);
    await transport.send(exchange);
    assert.equal(requests, 3);
    transport.close();
    server.close();
  });
});
