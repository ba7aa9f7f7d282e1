import assert from "node:assert/strict";
import { CommanderError } from "commander";
import * as fc from "fast-check";
import { holdsKey, NOT_SHOWN, shownText, shownValue, withoutKeys } from "../../chef/keys";
import { parseKeyReference } from "../../chef/keys/key-reference";
import { createProgram } from "../../cli/program";
import { type ChefConnection, chefIssues } from "../../components/connection/chef-connection";
import { raise, sentence } from "../../components/validation/issues";
import { specIssues } from "../../packer";
import { readSettings } from "../../reaper/settings/settings";
import { createLog } from "../../reaper/telemetry/log";
import { CHEF } from "../helpers/arguments";
import { bakeSpec } from "../helpers/bake-spec";
import { pastedKey, repeats, WRITTEN_KEYS } from "../helpers/key-forms";

const PLACES = ["ssmParameter", "secretId", "file", "environment"];

/** Connections with a text pasted into one of the fields, by field. */
const FIELDS: Readonly<Record<string, (pasted: string) => unknown>> = {
  serverUrl: (serverUrl) => ({ ...CHEF, serverUrl }),
  "serverUrl's password": (pasted) => ({
    ...CHEF,
    serverUrl: `https://chef:${encodeURIComponent(pasted)}@chef.example.com`,
  }),
  caPem: (caPem) => ({ ...CHEF, caPem }),
  license: (license) => ({ ...CHEF, license }),
  "the connection": (pasted) => pasted,
  ...Object.fromEntries(["validator", "operator"].flatMap((identity) => Object.entries(ofIdentity(identity)))),
};

function ofIdentity(identity: string): Record<string, (pasted: string) => unknown> {
  const key = { ssmParameter: "/chef/key" };
  const put = (what: (pasted: string) => unknown) => (pasted: string) => ({ ...CHEF, [identity]: what(pasted) });
  return {
    [identity]: put((pasted) => pasted),
    [`${identity}.name`]: put((name) => ({ name, key })),
    [`${identity}.key`]: put((pasted) => ({ name: "v", key: pasted })),
    [`${identity}.key's member`]: put((pasted) => ({ name: "v", key: { [pasted]: "x" } })),
    [`${identity}.kmsKeyArn`]: put((kmsKeyArn) => ({ name: "v", key, kmsKeyArn })),
    ...Object.fromEntries(
      PLACES.map((place) => [`${identity}.key.${place}`, put((pasted) => ({ name: "v", key: { [place]: pasted } }))]),
    ),
  };
}

/** Runs a check with many forms of keys. */
function everyForm(check: (pasted: string) => void): void {
  fc.assert(fc.property(pastedKey(), check), { numRuns: 60 });
}

/** Returns what commander prints for arguments, and the message of what is thrown. */
async function printedFor(args: readonly string[]): Promise<string> {
  const program = createProgram();
  const printed: string[] = [];
  const [argv, write] = [process.argv, process.stderr.write];
  process.argv = ["node", "chef-autoscaling", ...args];
  process.stderr.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  try {
    await program.parseAsync();
  } catch (error) {
    // commander has printed its own errors, and main.ts prints nothing more
    if (!(error instanceof CommanderError)) printed.push((error as Error).message);
  } finally {
    process.stderr.write = write;
    process.argv = argv;
  }
  return printed.join("");
}

function refused(work: () => unknown, pasted: string): void {
  let said: string | undefined;
  try {
    work();
  } catch (error) {
    said = (error as Error).message;
  }
  assert.ok(said !== undefined, "it was accepted");
  assert.ok(!repeats(said, pasted), `it is repeated: ${said}`);
}

describe("a private key pasted instead of a reference", () => {
  it("is recognized in every form", () => everyForm((pasted) => assert.ok(holdsKey(pasted), pasted)));

  for (const [field, put] of Object.entries(FIELDS)) {
    it(`is refused in ${field} of the connection, and not repeated`, () =>
      everyForm((pasted) => refused(() => raise("It", chefIssues(put(pasted) as ChefConnection)), pasted)));

    it(`is refused in ${field} by the supervisor of bakes, and not repeated`, () =>
      everyForm((pasted) => {
        const chef = { ...bakeSpec().chef, ...Object(put(pasted)) };
        const said = specIssues({ ...bakeSpec(), chef })
          .map(({ property, says }) => `${property} ${says}`)
          .join("; ");
        assert.ok(!repeats(said, pasted), said);
      }));
  }

  for (const place of PLACES) {
    it(`is refused as ${place} when a reference is parsed`, () =>
      everyForm((pasted) => refused(() => parseKeyReference({ [place]: pasted }, "key"), pasted)));
  }

  it("is refused in the reaper's environment, in any variable", () => {
    const sound = {
      REAPER_CHEF_SERVER_URL: "https://chef.example.com",
      REAPER_CHEF_CLIENT_NAME: "reaper",
      REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}',
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-3.amazonaws.com/123456789012/dead",
      REAPER_CHEF_CA_PEM: undefined,
      REAPER_CHEF_TIMEOUT_SECONDS: undefined,
      REAPER_DRY_RUN: undefined,
      REAPER_RECONCILE_MAX_DELETION_SHARE: undefined,
    };
    for (const name of Object.keys(sound)) {
      everyForm((pasted) => refused(() => readSettings({ ...sound, [name]: pasted }), pasted));
    }
    for (const wrap of [(key: string) => ({ [key]: "x" }), (key: string) => ({ file: key }), (key: string) => [key]]) {
      everyForm((pasted) => {
        refused(() => readSettings({ ...sound, REAPER_CHEF_KEY: JSON.stringify(wrap(pasted)) }), pasted);
      });
    }
  });

  it("is not repeated by the command line, in any argument", async function () {
    this.timeout(60_000);
    const options = ["--chef-key", "--chef-ca", "--group", "--timeout", "--no-such-option"];
    const forms = fc.sample(pastedKey(), { numRuns: 40, seed: 1 }).filter((form) => !form.includes("\0"));
    for (const pasted of forms) {
      for (const args of [[pasted], ...options.map((option) => ["doctor", option, pasted])]) {
        const printed = await printedFor(args);
        assert.ok(printed !== "" && !repeats(printed, pasted), `${args[1]}: ${printed}`);
      }
    }
  });

  it("is not repeated in a message, a log line or a system error", () =>
    everyForm((pasted) => {
      const lines: string[] = [];
      createLog((line) => lines.push(line))("error", `cannot open '${pasted}'`, { reason: pasted });
      JSON.parse(lines[0] ?? "");
      const issue = { property: "a", value: { b: pasted }, expected: "c", fix: "d" };
      const isText = /^[\x20-\x7e\s]*$/.test(pasted);
      const said = [sentence(issue), shownText(pasted), shownValue([pasted]), isText ? (lines[0] ?? "") : ""];
      for (const text of said) assert.ok(!repeats(text, pasted), text);
    }));
});

describe("a value that is not a key", () => {
  const names = [
    "/chef/production/ChefValidatorKey2026/Current",
    "ChefStackValidatorKeySecretA1B2C3D4ParametersForProductionUse1",
    "arn:aws:secretsmanager:eu-west-3:123456789012:secret:rds!db-4c1c4b9e-2f1e-4c55-a5d4-Zx81Lk",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "123456789012.dkr.ecr.eu-west-3.amazonaws.com/chef/reaper@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "staging-web-i-0123456789abcdef0",
    "StackSet-AWSControlTowerBP-BASELINE-CLOUDWATCH-0a1b2c3d-4e5f-6a7b",
    "arn:aws:iam::123456789012:role/CdkStack-HandlerServiceRole1A2B3C4D-SQ5ZKTLPQQ8J-EuWest3Production",
    "/chef/db-4c1c4b9e-2f1e-4c55-a5d4-30a1b2c3d4e5/4c1c4b9e-2f1e-4c55-a5d4-30a1b2c3d4e5-Zx81Lk",
    "a private key is expected here, from its BEGIN line to its END line",
  ];
  for (const name of names) {
    it(`is shown unchanged: ${name}`, () => {
      assert.equal(holdsKey(name), false);
      assert.equal(shownText(name), `'${name}'`);
      assert.equal(withoutKeys(name), name);
    });
  }

  it("is accepted as the name of a parameter or secret", () => {
    for (const secretId of names.slice(0, 3)) assert.deepEqual(parseKeyReference({ secretId }, "key"), { secretId });
  });

  it("may be a certificate or a public key, which is not secret", () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIBgTCCASegAwIBAgIUT0d\n-----END CERTIFICATE-----";
    assert.equal(holdsKey(certificate), false);
  });
});

describe("a part of a private key", () => {
  const LINES = Object.values(WRITTEN_KEYS).flatMap((key) => key.split("\n").filter((line) => line.length >= 64));

  it("is not repeated by the command line, whatever characters the line has", async () => {
    const broken = ["nDP6JtlrAdgRpVR/AlgjSzarBAVWQ/uV8JgnhMzw5RyZZduJhU7tf/mkOTtxVay2", "Ab/".repeat(22)];
    for (const line of [...broken, ...LINES]) {
      const said = await printedFor(["sweep", "x", line]);
      assert.ok(/too many arguments/.test(said) && !said.includes(line), said);
    }
  });

  it("is mistaken for a name in at most one of a hundred messages", () => {
    const line = fc.tuple(fc.uint8Array({ minLength: 60, maxLength: 60 }), fc.constantFrom("base64", "base64url"));
    const texts = fc.sample(line, { numRuns: 4_000, seed: 1 }).map(([bytes, encoding]) => {
      return Buffer.from(bytes)
        .toString(encoding as BufferEncoding)
        .slice(0, 64);
    });
    const shown = texts.filter((text) => shownText(text) !== NOT_SHOWN);
    assert.ok(shown.length <= texts.length / 100, `${shown.length} of ${texts.length}`);
  });
});
