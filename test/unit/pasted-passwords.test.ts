import assert from "node:assert/strict";
import { CommanderError } from "commander";
import { checkedServerUrl } from "../../chef/connection-options";
import { shownText, shownValue } from "../../chef/keys";
import { parseKeyReference } from "../../chef/keys/key-reference";
import { printable } from "../../chef/printable";
import { createProgram } from "../../cli/program";
import { chefIssues } from "../../components/connection/chef-connection";
import { raise } from "../../components/validation/issues";
import { specIssues } from "../../packer";
import { readSettings } from "../../reaper/settings/settings";
import { CHEF } from "../helpers/arguments";
import { bakeSpec } from "../helpers/bake-spec";
import { RSA_KEY } from "../helpers/key-forms";

const PASSWORD = "hunter2Correct";
/** URLs with a password, also written as nobody should. */
const URLS = [
  `http://chef:${PASSWORD}@proxy.example.com:3128`,
  `https://chef:${PASSWORD}@chef.example.com/organizations/acme`,
  `https://${PASSWORD}@chef.example.com`,
  `https://chef:a/${PASSWORD}@chef.example.com`,
  `https://chef:a:${PASSWORD}@chef.example.com`,
  `https://chef:a@${PASSWORD}@chef.example.com`,
  `HTTP://chef:${PASSWORD}@proxy:3128`,
  `socks5://chef:${PASSWORD}@proxy:3128`,
  `http:/chef:${PASSWORD}@proxy:3128`,
  `http:chef:${PASSWORD}@proxy:3128`,
  `chef:${PASSWORD}@proxy:3128`,
  `http://chef:${PASSWORD} @proxy:3128`,
  `http://proxy:3128/?password=${PASSWORD}`,
  `https://bucket.s3.amazonaws.com/chef.deb?X-Amz-Security-Token=${PASSWORD}&X-Amz-Signature=${PASSWORD}`,
];
const SECRET_KEYS = ["wJa1rXUtnFEMI/K7MDENG/bPxRfiCY9xMpLaK3Yq", "kf0/K3wq9+Zr1vXb/7TnS2cYd8LmE5hGjUoP4aVi"];

const REAPER = {
  REAPER_CHEF_SERVER_URL: "https://chef.example.com",
  REAPER_CHEF_CLIENT_NAME: "reaper",
  REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}',
  REAPER_GROUPS: '["web"]',
  REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-3.amazonaws.com/123456789012/dead",
};

/** What each part of the package says about a URL, or nothing if it accepts it. */
const READERS: Readonly<Record<string, (url: string) => unknown>> = {
  "a proxy": (httpsProxy) => raise("It", chefIssues({ ...CHEF, httpsProxy })),
  "the server": (serverUrl) => raise("It", chefIssues({ ...CHEF, serverUrl })),
  "a host without proxy": (url) => raise("It", chefIssues({ ...CHEF, httpProxy: "http://p:1", noProxy: [url] })),
  "a bake's server": (serverUrl) => {
    throw new Error(JSON.stringify(specIssues({ ...bakeSpec(), chef: { ...bakeSpec().chef, serverUrl } })));
  },
  "a reaper's server": (url) => readSettings({ ...REAPER, REAPER_CHEF_SERVER_URL: url }),
  "a reaper's queue": (url) => readSettings({ ...REAPER, REAPER_DEAD_LETTER_QUEUE_URL: url }),
  "a client's server": (url) => checkedServerUrl(url),
  "a system error": (url) => {
    throw new Error(printable(`connect ECONNREFUSED ${url.replace(/^(?!\w+:\/\/).*$/, "")}`));
  },
  "a value in a message": (url) => {
    throw new Error(shownValue({ url: [url] }) + shownText(`x=${url}`));
  },
};

async function printedFor(args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const [argv, write] = [process.argv, process.stderr.write];
  process.argv = ["node", "chef-autoscaling", ...args];
  process.stderr.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) printed.push((error as Error).message);
  } finally {
    process.stderr.write = write;
    process.argv = argv;
  }
  return printed.join("");
}

function said(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a password in a URL", () => {
  for (const [reader, read] of Object.entries(READERS)) {
    it(`is not repeated by ${reader}, however the URL is written`, () => {
      // Before a blank there may be anything, so that foreign text keeps it
      const urls = reader === "a system error" ? URLS.filter((url) => /^\w+:\/\/[^/? ]+@/.test(url)) : URLS;
      const repeated = urls.map((url) => said(() => read(url))).filter((text) => text.includes(PASSWORD));
      assert.deepEqual(repeated, []);
    });
  }

  it("is not repeated by the command line, also behind '='", async function () {
    this.timeout(60_000);
    for (const url of URLS) {
      for (const args of [
        ["doctor", url],
        ["doctor", "--chef-url", url],
        ["doctor", `--chef-url=${url}`],
        ["doctor", `--timeout=${url}`],
      ]) {
        const printed = await printedFor(args);
        assert.ok(printed !== "" && !printed.includes(PASSWORD), printed);
      }
    }
  });
});

describe("an AWS secret key", () => {
  it("is not repeated in a message that quotes it", () => {
    for (const key of SECRET_KEYS) {
      for (const text of [key, `AKIAY34FZKBOKMUTVV7A:${key}`, `AWS_SECRET_ACCESS_KEY=${key}`]) {
        const texts = [shownText(text), shownValue({ SecretAccessKey: text })];
        const places = ["environment", "ssmParameter", "secretId", "file"];
        texts.push(...places.map((place) => said(() => parseKeyReference({ [place]: text }, "key"))));
        assert.ok(
          texts.every((each) => !each.includes(key.slice(0, 20))),
          texts.join("\n"),
        );
      }
    }
  });

  it("is not repeated by the command line, also behind '='", async () => {
    for (const key of SECRET_KEYS) {
      for (const args of [
        ["doctor", key],
        ["doctor", `--timeout=${key}`],
        ["doctor", `--no-such=${key}`],
      ]) {
        const printed = await printedFor(args);
        assert.ok(printed !== "" && !printed.includes(key.slice(0, 20)), printed);
      }
    }
  });
});

describe("a part of a key", () => {
  it("is refused where a command prints a name in its headings", async () => {
    const line = RSA_KEY.pkcs1.split("\n")[3] ?? "";
    for (const part of [line, ...SECRET_KEYS, RSA_KEY.pkcs1]) {
      for (const option of ["--function", "--queue-url", "--dead-letter-queue-url"]) {
        const printed = await printedFor(["doctor", option, part]);
        assert.match(printed, /not a key or a part of one/);
        assert.ok(!printed.includes(part.slice(0, 20)), printed);
      }
    }
  });
});

describe("what has the form of neither", () => {
  const texts = [
    "git@github.com:acme/cookbooks.git",
    "https://chef.example.com:8443/organizations/acme?x=1",
    "arn:aws:sns:eu-west-3:123456789012:chef-events",
    "ops@example.com",
    "123456789012.dkr.ecr.eu-west-3.amazonaws.com/chef/reaper@sha256:9f86d081884c7d65",
    "/chef/production/ChefValidatorKey2026/Now",
    "0123456789abcdef0123456789abcdef01234567",
  ];
  for (const text of texts) {
    it(`is shown unchanged: ${text}`, () => {
      assert.equal(shownText(text), `'${text}'`);
      assert.equal(printable(text), text);
    });
  }
});
