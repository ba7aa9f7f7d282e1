import assert from "node:assert/strict";
import { type ChefClient, createChefClient } from "../../chef/client";
import { removeGroup } from "../../chef/group";
import { nodeName } from "../../chef/names";
import { forEachBounded } from "../../common/concurrency";
import { instanceId, keyPair, noneLives, register } from "../helpers/chef-objects";
import { type Fault, type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";

const PER_SECOND = 50;
const PAIRS = 60;

/** `test/unit/gate.test.ts` tests 5,000 requests in virtual time; here, the same code uses real sockets. */
describe("a Chef server that accepts fewer requests than needed", function () {
  this.timeout(120_000);
  const keys = keyPair();
  let server: Goiardi;
  let proxy: FaultProxy;

  before(async function () {
    const program = findGoiardi();
    if (program === undefined) {
      this.skip();
    }
    server = await startGoiardi(program);
    proxy = await startFaultProxy(server.url);
  });
  beforeEach(async () => {
    await withClient({ serverUrl: server.url }, (chef) => {
      const names = Array.from({ length: PAIRS }, (_, index) => nodeName("web", instanceId(index)));
      return forEachBounded(names, 8, (name) => register(chef, name, keys.publicKey));
    });
  });
  after(async () => {
    await proxy?.close();
    await server?.remove();
  });

  async function withClient<T>(
    options: Partial<Parameters<typeof createChefClient>[0]>,
    use: (chef: ChefClient) => Promise<T>,
  ): Promise<T> {
    const chef = createChefClient({ serverUrl: proxy.url, clientName: "admin", key: server.adminKey, ...options });
    return use(chef).finally(() => chef.close());
  }

  it("loses nothing, and soon receives only as many requests as it accepts", async () => {
    const refused: boolean[] = [];
    proxy.setFault(bucket((isRefused) => refused.push(isRefused)));
    const { removed } = await withClient({}, (chef) =>
      removeGroup(chef, "web", { concurrency: 16, livingAmong: noneLives }),
    );
    assert.equal(removed.length, PAIRS);
    const count = (some: readonly boolean[]) => some.filter(Boolean).length;
    const later = refused.slice(refused.length / 2);
    assert.ok(count(refused) > 0, "it never came to the limit");
    assert.ok(count(later) < later.length / 4, `${count(later)} of the last ${later.length} were refused`);
  });

  it("never receives more requests per second than configured", async () => {
    const times: number[] = [];
    proxy.setFault(() => {
      times.push(performance.now());
      return "pass";
    });
    const requestsPerSecond = 100;
    await withClient({ requestsPerSecond }, (chef) =>
      removeGroup(chef, "web", { concurrency: 16, livingAmong: noneLives }),
    );
    const most = Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
    assert.equal(times.length, 2 + 3 * PAIRS);
    // A busy machine may deliver late what was sent in time, so half as many again are tolerated.
    assert.ok(most <= requestsPerSecond * 1.5, `${most} requests within a second`);
  });
});

/** Accepts PER_SECOND requests per second and a burst of a tenth of that; rejects the others with 429. */
function bucket(note: (isRefused: boolean) => void): () => Fault {
  let tokens = PER_SECOND / 10;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(PER_SECOND / 10, tokens + ((now - filledAt) * PER_SECOND) / 1000);
    filledAt = now;
    const isRefused = tokens < 1;
    note(isRefused);
    if (isRefused) return { status: 429 };
    tokens--;
    return "pass";
  };
}
