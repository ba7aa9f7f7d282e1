import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type SigningVersion, signedHeaders } from "../../chef/signing";

interface Vectors {
  readonly key: string;
  readonly requests: readonly (VectorRequest & { readonly timestamp: string })[];
  readonly mixlib: readonly Record<string, string>[];
  readonly chefsession: readonly Record<string, string>[];
  /** Null if chef-api cannot sign the request: it only supports 1.0. */
  readonly chefApi: readonly (Record<string, string> | null)[];
}

interface VectorRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly userId: string;
  readonly version: SigningVersion;
  readonly serverApiVersion: string;
}

// Written by test/helpers/oracles/generate.ts, which generates the requests and describes how to run the oracles:
// ruby-mixlib-authentication 3.0.6, chefsessionlib 0.1.1 and chef-api 0.6.0.
const vectors: Vectors = JSON.parse(readFileSync(join(__dirname, "../fixtures/signing-vectors.json"), "utf8"));
const key = createPrivateKey(vectors.key);

describe("signing", () => {
  vectors.requests.forEach((request, index) => {
    const title = `${request.version} ${request.method} ${request.path}`;
    const chefApi = vectors.chefApi[index];

    it(`${title}: headers equal ruby-mixlib-authentication's`, async () => {
      const headers = await signedHeaders({ ...request, key, timestamp: new Date(request.timestamp) });
      assert.deepEqual(
        { ...headers, "X-Ops-Server-API-Version": undefined },
        {
          ...vectors.mixlib[index],
          "X-Ops-Server-API-Version": undefined,
        },
      );
    });

    it(`${title}: signature equals chefsessionlib's`, async () => {
      const headers = await signedHeaders({ ...request, key, timestamp: new Date(request.timestamp) });
      assert.deepEqual(signatureOf(headers), signatureOf(vectors.chefsession[index] ?? {}));
      assert.ok(Object.keys(signatureOf(headers)).length >= 7);
    });

    if (chefApi) {
      it(`${title}: signature equals chef-api's`, async () => {
        const headers = await signedHeaders({ ...request, key, timestamp: new Date(request.timestamp) });
        assert.deepEqual(signatureOf(headers), signatureOf(chefApi));
      });
    }
  });

  it("are compared with every oracle in every version that it supports, with bodies and paths of all kinds", () => {
    for (const version of ["1.3", "1.1", "1.0"]) {
      const some = vectors.requests.filter((request) => request.version === version);
      assert.ok(some.length >= 5, `${some.length} requests of version ${version}`);
      assert.ok(some.some(({ body }) => body !== "") && some.some(({ path }) => path.includes("//")));
    }
    assert.equal(vectors.mixlib.length, vectors.requests.length);
    assert.equal(vectors.chefsession.length, vectors.requests.length);
    assert.ok(vectors.chefApi.filter((headers) => headers !== null).length >= 4);
  });

  it("never puts more than 60 characters into a signature header, whatever is signed", async () => {
    const request = fc.record({
      path: fc.stringMatching(/^\/[a-z0-9/_.-]{0,60}$/),
      body: fc.string({ unit: "grapheme" }),
      version: fc.constantFrom<SigningVersion>("1.3", "1.1"),
    });
    const property = fc.asyncProperty(request, async (generated) => {
      const headers = await signedHeaders({
        ...generated,
        method: "POST",
        userId: "reaper",
        key,
        timestamp: new Date(0),
        serverApiVersion: "1",
      });
      const chunks = Object.entries(headers).filter(([name]) => name.startsWith("X-Ops-Authorization-"));
      assert.ok(chunks.every(([, chunk]) => chunk.length <= 60));
      assert.equal(chunks.map(([, chunk]) => chunk).join("").length, 344);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});

/** The headers that must be equal in two implementations. */
function signatureOf(headers: Record<string, string>): Record<string, string> {
  const names = Object.keys(headers).filter((name) => /^x-ops-(authorization-\d+|content-hash|timestamp)$/i.test(name));
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), headers[name] ?? ""]));
}
