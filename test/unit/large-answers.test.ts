import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { createLane, documentOf, LARGE_ANSWER } from "../../chef/large-answers";
import { createTransport } from "../../chef/transport";

describe("the lane for large responses", () => {
  it("lets one at a time through, in order, and skips those that no longer wait", async () => {
    const lane = createLane();
    const order: number[] = [];
    const [first, second, third] = [lane.enter(), lane.enter(), lane.enter()];
    for (const [index, { turn }] of [first, second, third].entries()) void turn.then(() => order.push(index));
    await setTimeout(1);
    assert.deepEqual(order, [0]);
    second.leave();
    await setTimeout(1);
    assert.deepEqual(order, [0]);
    first.leave();
    await setTimeout(1);
    assert.deepEqual(order, [0, 1, 2]);
  });
});

describe("the document of a response", () => {
  const padding = { default: { list: Array(LARGE_ANSWER).fill(1) } };

  it("is complete if it is small, and undefined if it is not JSON", () => {
    assert.deepEqual(documentOf('{"a":[1]}'), { a: [1] });
    assert.equal(documentOf(""), undefined);
    assert.equal(documentOf(`${"x".repeat(LARGE_ANSWER)}`), undefined);
  });

  it("keeps the used parts of a large node", () => {
    const ec2 = { instance_id: "i-1", region: "eu-west-3", account_id: "1", tags: ["a"] };
    const node = { name: "web", run_list: ["recipe[a]"], automatic: { ohai_time: 5, ec2, kernel: {} }, ...padding };
    assert.deepEqual(documentOf(JSON.stringify(node)), {
      name: "web",
      automatic: { ohai_time: 5, ec2: { instance_id: "i-1", region: "eu-west-3", account_id: "1" } },
    });
    const page = { total: 1, start: 0, rows: [{ name: "web", automatic: {} }, 5], ...padding };
    assert.deepEqual(documentOf(JSON.stringify(page)), { total: 1, start: 0, rows: [{ name: "web" }, null] });
  });

  it("is refused before parsing if that would take more memory than is available", () => {
    const dense = ["[]", "{}", '{"a":1}', '"a":1', "1"].map((part) => {
      const list = `${part},`.repeat(Math.ceil((8 * 1024 * 1024) / (part.length + 1)));
      return part.includes('":') && !part.startsWith("{") ? `{${list.slice(0, -1)}}` : `[${list}0]`;
    });
    dense.push("[".repeat(8 * 1024 * 1024));
    for (const text of dense) assert.throws(() => documentOf(text), { code: "EMSGSIZE" }, text.slice(0, 10));
  });

  it("is parsed for a realistic large node", () => {
    const attributes = Array.from({ length: 40_000 }, (_, n) => [
      `attribute_number_${n}`,
      `a value of some length ${n}`,
    ]);
    const text = JSON.stringify({ name: "web", automatic: { ohai_time: 1 }, normal: Object.fromEntries(attributes) });
    assert.ok(text.length > 2 * 1024 * 1024, `${text.length}`);
    assert.deepEqual(documentOf(text), { name: "web", automatic: { ohai_time: 1 } });
  });
});

describe("concurrent large responses", function () {
  this.timeout(60_000);
  let server: Server;
  after(() => server.close());

  it("are all read, one after the other, even if one of them never ends", async () => {
    const large = JSON.stringify({ name: "web", text: "x".repeat(3 * 1024 * 1024) });
    server = createServer(({ url }, response) => {
      if (url === "/endless") response.write(large.slice(0, -10));
      else response.end(large);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [patient, hurried] = [30_000, 3000].map((timeoutMs) => createTransport({ url, timeoutMs, maxSockets: 8 }));
    const get = (path: string, transport = hurried) => {
      assert.ok(transport);
      return transport.send({ method: "GET", path, headers: {}, body: "" });
    };
    const all = await Promise.all(Array.from({ length: 8 }, () => get("/", patient)));
    assert.ok(all.every(({ document }) => (document as { name: string }).name === "web"));
    assert.ok(
      all.every(({ text }) => text.length <= 1000),
      "only the beginning is kept",
    );
    await assert.rejects(get("/endless"), { code: "ETIMEDOUT" });
    assert.equal((await get("/")).status, 200, "the lane is free again");
    for (const transport of [patient, hurried]) transport?.close();
    server.closeAllConnections();
  });
});
