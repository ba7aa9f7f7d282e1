import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../helpers/command-line";

/** An error response of AWS. */
interface Refusal {
  readonly status: number;
  readonly code: string;
}

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  doctor: ["doctor", "--read-only"],
  reap: ["reap", "i-0123456789abcdef0"],
  reconcile: ["reconcile"],
  redrive: ["redrive"],
};

interface Trouble {
  /** AWS's response to every call; undefined if no call arrives. */
  readonly refusal?: Refusal;
  readonly environment?: NodeJS.ProcessEnv;
  readonly says: RegExp;
}

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "no credentials": { environment: NO_KEYS, says: /there are no AWS credentials .*→? ?.*log in to AWS/s },
  "a session that has expired": {
    refusal: { status: 400, code: "ExpiredTokenException" },
    says: /the AWS session has expired \(ExpiredToken.*log in to AWS again/s,
  },
  "a function that does not exist": {
    refusal: { status: 404, code: "ResourceNotFoundException" },
    says: /lambda:GetFunctionConfiguration in us-east-1 found nothing \(ResourceNotFound.*check the name, the region/s,
  },
  "a missing permission": {
    refusal: { status: 403, code: "AccessDeniedException" },
    says: /is not allowed \(AccessDenied.*allow lambda:GetFunctionConfiguration for this identity/s,
  },
  throttling: {
    refusal: { status: 400, code: "ThrottlingException" },
    says: /was throttled by AWS \(Throttling.*wait a minute/s,
  },
  "AWS that is down": {
    refusal: { status: 503, code: "ServiceUnavailable" },
    says: /failed at AWS .*try again in a few/s,
  },
  "no network": {
    environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    says: /got no response \(ECONNREFUSED.*this machine can reach AWS/s,
  },
  "a region that does not exist": {
    environment: { AWS_ENDPOINT_URL: "http://lambda.nowhere.invalid" },
    says: /its host name cannot be resolved \((ENOTFOUND|EAI_AGAIN).*check that the region 'us-east-1' exists/s,
  },
};

/** Commands that read a function's settings, while AWS does not return them. */
describe("an operator's commands during problems with AWS", function () {
  this.timeout(120_000);
  const home = mkdtempSync(join(tmpdir(), "home-"));
  let server: Server;
  let refusal: Refusal = { status: 500, code: "none" };

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      const { status, code } = refusal;
      const [type, body] = errorDocument(request, code);
      response.writeHead(status, { "content-type": type, "x-amzn-errortype": code }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
    rmSync(home, { recursive: true });
  });

  for (const [title, { refusal: answered, environment, says }] of Object.entries(TROUBLES)) {
    it(`report the cause, the call and the next step, and exit with 1: ${title}`, async () => {
      refusal = answered ?? refusal;
      const { port } = server.address() as AddressInfo;
      const env = { ...settings(`http://127.0.0.1:${port}`, home), ...environment };
      const runs = Object.entries(COMMANDS).map(async ([name, args]) => {
        const { code, stdout, stderr } = await runCommandLine([...args, "--function", "web-reaper"], env);
        assert.equal(code, 1, `${name}: ${stdout}${stderr}`);
        assert.match(stdout + stderr, says, name);
        assert.doesNotMatch(stdout + stderr, /TypeError|at .*\.js:\d+/, "no trace");
        return name;
      });
      assert.equal((await Promise.all(runs)).length, 4);
    });
  }

  it("report first, in the doctor, which identity and region they use", async () => {
    refusal = { status: 400, code: "ExpiredTokenException" };
    const { port } = server.address() as AddressInfo;
    const env = settings(`http://127.0.0.1:${port}`, home);
    const { stdout } = await runCommandLine(["doctor", "--read-only", "--function", "web-reaper"], env);
    assert.match(stdout, /^AWS in us-east-1\n {2}✖ identity +sts:GetCallerIdentity .* session has expired/);
  });
});

function settings(url: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** In the protocol of the called service. */
function errorDocument({ headers }: IncomingMessage, code: string): readonly [string, string] {
  if (!headers["content-type"]?.includes("form-urlencoded")) {
    return ["application/json", JSON.stringify({ __type: code, message: "as AWS says it" })];
  }
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>as AWS says it</Message></Error>`;
  return ["text/xml", `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`];
}
