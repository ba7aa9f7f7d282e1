import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes test/fixtures/signing-vectors.json from the two oracles:
 * `npx tsx test/helpers/oracles/generate.ts`, with `ruby` (ruby-mixlib-authentication) and `python3` (chefsessionlib==0.1.1) on PATH,
 * or the commands given in RUBY and PYTHON.
 * The key is made for the vectors alone and opens nothing.
 */
const key = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

const SHAPES = [
  { method: "GET", path: "/nodes", body: "", userId: "reaper" },
  { method: "GET", path: "/organizations/acme/nodes/web-i-0123456789abcdef0", body: "", userId: "reaper" },
  {
    method: "DELETE",
    path: "/organizations/acme//clients/web-i-0123456789abcdef0/",
    body: "",
    userId: "a.name_of-some-length",
  },
  { method: "POST", path: "/clients", body: '{"name":"web","note":"ümläut → €"}', userId: "chef-validator" },
];
const requests = ["1.3", "1.1", "1.0"].flatMap((version) =>
  SHAPES.map((shape) => ({ ...shape, version, timestamp: "2026-11-22T12:34:56Z", serverApiVersion: "1" })),
);
const input = JSON.stringify({ key, requests });

function ask(command: string, script: string): unknown {
  return JSON.parse(execFileSync(command, [join(__dirname, script)], { input, encoding: "utf8" }));
}

const mixlib = ask(process.env.RUBY ?? "ruby", "mixlib-authentication.rb");
const chefsession = ask(process.env.PYTHON ?? "python3", "chefsession.py");
const target = join(__dirname, "../../fixtures/signing-vectors.json");
const command = "npx tsx test/helpers/oracles/generate.ts";
writeFileSync(target, `${JSON.stringify({ generatedBy: command, key, requests, mixlib, chefsession }, null, 2)}\n`);
