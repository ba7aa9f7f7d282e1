import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { installPeers, PEERS } from "../../../bench/reap/peers";
import { canonicalPath } from "../../../chef/signing";

/**
 * Writes test/fixtures/signing-vectors.json from the oracles:
 * `npx tsx test/helpers/oracles/generate.ts`, with `ruby` (Debian: ruby-mixlib-authentication) and `python3` (PyPI:
 * chefsessionlib==0.1.1) on PATH, or the commands given in RUBY and PYTHON. chef-api is installed below .lab as the benchmark's peer.
 * Requests are generated from SEED, so that a new run signs the same ones. The key is new, used only for the vectors, and has no access.
 */
const SEED = 20261122;
const GENERATED = 60;
const VERSIONS = ["1.3", "1.1", "1.0"];

const key = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

/** "." and ".." never occur in a path, and chefsessionlib would resolve them. */
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/);
const path = fc
  .tuple(
    fc.constantFrom("", "", "/organizations/acme", "/organizations//acme"),
    fc.constantFrom("/nodes", "/clients", "/clients", "/search/node", "//nodes"),
    fc.option(name, { nil: "" }),
    fc.constantFrom("", "", "/"),
  )
  .map(([organization, kind, object, end]) => `${organization}${kind}${object === "" ? "" : `/${object}`}${end}`);
const body = fc.oneof(
  fc.constant(""),
  fc.record({ name, note: fc.string({ unit: "grapheme" }) }).map((document) => JSON.stringify(document)),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  path,
  body,
  userId: name,
  timestamp: fc
    .date({ min: new Date("2014-01-01T00:00:00Z"), max: new Date("2038-01-01T00:00:00Z"), noInvalidDate: true })
    .map((date) => date.toISOString().replace(/\.\d{3}Z$/, "Z")),
  serverApiVersion: fc.constant("1"),
});

/** Requests that chef-api signs like the others: it only supports version 1.0, and does not make a path canonical. */
function isForChefApi(candidate: { readonly version: string; readonly path: string }): boolean {
  return candidate.version === "1.0" && candidate.path === canonicalPath(candidate.path);
}

async function main(): Promise<void> {
  await installPeers();
  const generated = fc.sample(request, { seed: SEED, numRuns: GENERATED });
  const requests = generated.map((one, index) => ({ ...one, version: VERSIONS[index % VERSIONS.length] ?? "1.3" }));
  const input = JSON.stringify({ key, requests });
  const ask = (command: string, script: string, cwd?: string): Record<string, string>[] =>
    JSON.parse(execFileSync(command, [join(__dirname, script)], { input, encoding: "utf8", cwd }));
  const mixlib = ask(process.env.RUBY ?? "ruby", "mixlib-authentication.rb");
  const chefsession = ask(process.env.PYTHON ?? "python3", "chefsession.py");
  const asked = ask(process.execPath, "chef-api.js", PEERS);
  const chefApi = requests.map((one, index) => (isForChefApi(one) ? asked[index] : null));
  const generatedBy = "npx tsx test/helpers/oracles/generate.ts";
  const vectors = { generatedBy, key, requests, mixlib, chefsession, chefApi };
  writeFileSync(join(__dirname, "../../fixtures/signing-vectors.json"), `${JSON.stringify(vectors, null, 2)}\n`);
}

void main();
