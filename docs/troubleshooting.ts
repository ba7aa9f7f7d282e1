import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AwsCause, awsFailureOf } from "../aws/failure";
import type { ChefClient } from "../chef";
import { type ChefFailure, chefError } from "../chef/chef-error";
import { networkFailure } from "../chef/failure";
import { CAUSES } from "../cli/dead-letters/causes";
import { fixOfRefusal } from "../cli/reap/advice";
import { askDoubting, type Doubting } from "../cli/reap/doubt";
import { adviceOn } from "../cli/reconcile/advice";
import { checkQueueUrls } from "../cli/target/queue-pair";
import { TAKES } from "../reaper/handler";
import type { ReconcileReport, RefusalCause } from "../reaper/reconcile";
import { refusalOf } from "../reaper/reconcile/cap";
import { callRows, doctorRows, keyRows, previewRows, sweepRows } from "./troubleshooting-checks";
import { type Row, refused } from "./troubleshooting-rows";

const FILE = join(__dirname, "troubleshooting.md");

const HERE = { region: "us-east-1", accountId: "123456789012" };
const ID = "i-0123456789abcdef0";

/** docs/troubleshooting.md: every line is what the code says when it meets the trouble, so that a search for it finds it. */
export async function troubleshootingDocument(): Promise<string> {
  const sections = [
    table("AWS", awsRows()),
    table("Chef server", chefRows()),
    table("Dead letters", deadLetterRows()),
    table("reap", await reapRows()),
    table("reconcile", await reconcileRows()),
    table("redrive and the function", [...queueRows(), invokedRow()]),
    table("Keys", keyRows()),
    table("doctor", doctorRows()),
    table("sweep", await sweepRows()),
    table("The call itself", callRows()),
    table("Previews", previewRows()),
  ];
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

const INTRODUCTION = `# What you see, why, and what to do

<!-- Made from the program itself by \`npm run docs\`; a test keeps it equal. -->

The lines are what the command line, the reaper's log, the bake and the preview say, with names of an example. Where a line is not here, \`chef-autoscaling doctor\`
looks at everything that reaping relies on; [cli.md](cli.md) has the exit codes, [faults.md](faults.md) what happens by itself.
`;

function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  return [`## ${title}\n`, "| you see | why | what to do |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** An error as AWS gives it, and why it comes. */
const AWS: Readonly<Record<AwsCause, readonly [name: string, said: string, why: string]>> = {
  "no-credentials": [
    "CredentialsProviderError",
    "Could not load credentials from any providers",
    "nobody is logged in here, or the profile is another one",
  ],
  expired: ["ExpiredToken", "The security token included in the request is expired", "a session lasts for some hours"],
  "not-accepted": [
    "AuthFailure",
    "AWS was not able to validate the provided access credentials",
    "the key was deleted, is of another partition, or the account has not enabled the region",
  ],
  clock: [
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match",
    "the secret key is wrong, or the clock is off by minutes",
  ],
  denied: [
    "UnauthorizedOperation",
    "You are not authorized to perform this operation.",
    "the identity's policies do not allow the call",
  ],
  "no-region": ["Error", "Region is missing", "neither option, environment, profile nor a queue's URL name one"],
  "unknown-host": [
    "ENOTFOUND",
    "getaddrinfo ENOTFOUND ec2.us-east-9.amazonaws.com",
    "there is no such region, or no name server is reached",
  ],
  unreachable: [
    "ECONNREFUSED",
    "connect ECONNREFUSED 10.0.0.7:443",
    "no route, a firewall, or a proxy that is not told",
  ],
  throttled: ["RequestLimitExceeded", "Request limit exceeded.", "the account asks AWS more often than it lets pass"],
  unavailable: ["InternalError", "An internal error has occurred", "AWS has trouble of its own"],
  "not-found": ["ResourceNotFoundException", "Function not found", "another name, region or account"],
  refused: ["ValidationError", "1 validation error detected", "the call does not fit what is there"],
};

function awsRows(): Row[] {
  return Object.entries(AWS).map(([cause, [name, said, why]]) => {
    const more = cause === "unavailable" ? { $metadata: { httpStatusCode: 500 } } : { $metadata: {} };
    const call = cause === "not-found" ? ["lambda", "GetFunctionConfiguration"] : ["ec2", "DescribeInstances"];
    const aws = { service: call[0], call: call[1], region: cause === "no-region" ? undefined : HERE.region };
    const failure = awsFailureOf(Object.assign(new Error(said), { name, aws, ...more }));
    if (failure?.cause !== cause) throw new Error(`${name} is taken for '${failure?.cause}', expected '${cause}'`);
    return [failure.message, why, failure.fix];
  });
}

const NODE = "/organizations/acme/nodes/web-i-0123456789abcdef0";

/** Failures of requests, and why they come. */
const CHEF: readonly (readonly [Partial<ChefFailure> | string, string])[] = [
  [{ kind: "unauthorized", status: 401 }, "the key is not that client's, or was replaced"],
  [{ kind: "clock-skew", status: 401, skewSeconds: 1200 }, "signatures are good for 15 minutes"],
  [
    { kind: "forbidden", status: 403 },
    "permissions are each object's own, see [chef-permissions.md](chef-permissions.md)",
  ],
  [{ kind: "throttled", status: 429 }, "the server or a proxy before it has a limit"],
  [{ kind: "server", status: 500 }, "the server has trouble of its own"],
  [{ kind: "malformed", status: 200 }, "the URL is without its organization, or something else answers there"],
  [{ kind: "conflict", status: 409 }, "an earlier instance or bake left it"],
  ["ETIMEDOUT", "the server is slow, or the network drops packets"],
  ["ENOTFOUND", "a misspelt host, or a private zone that is not seen from here"],
  ["ECONNREFUSED", "the server is down, or listens on another port"],
  ["ECONNRESET", "a proxy or load balancer closes it"],
  ["EPROTO", "the port speaks plain HTTP"],
  ["CERT_HAS_EXPIRED", "nobody renewed it"],
  ["CERT_NOT_YET_VALID", "a clock is wrong"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "it was made for another host name"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "it is of an own CA"],
];

function chefRows(): Row[] {
  return CHEF.map(([failure, why]) => {
    const known = { kind: "refused", method: "GET", path: NODE } as const;
    const { message } =
      typeof failure === "string"
        ? chefError(networkFailure("GET", NODE, Object.assign(new Error(failure), { code: failure }), true))
        : chefError({ ...known, ...failure });
    const [seen = "", ...fix] = message.split("; ");
    return [seen, why, fix.join("; ")];
  });
}

function deadLetterRows(): Row[] {
  return Object.entries(CAUSES).map(([cause, { means, fix }]) => [`cause \`${cause}\``, means, fix]);
}

async function reapRows(): Promise<Row[]> {
  const ec2 = { instance_id: ID, region: "us-west-2", account_id: HERE.accountId };
  const ran = { ...ec2, region: HERE.region };
  const lately = { ohai_time: Date.now() / 1000 - 300, ec2: ran };
  return [
    await doubted(
      {},
      "another region or account is asked than the one that it ran in, or its node never said where it ran",
    ),
    await doubted({ isGone: true }, "the group's name is misspelt, another region is asked, or all is removed already"),
    await doubted({ automatic: { ec2 } }, "another region is asked than the one that it ran in"),
    await doubted({ automatic: { ec2: ran } }, "the group was renamed or destroyed"),
    await doubted(
      { automatic: lately, there: true },
      "a living instance uses the node, as those of an image with a stale client.pem do",
    ),
    [
      `the instance ${ID} is running, so that nothing of it may be removed`,
      "it lives",
      fixOfRefusal("alive", { instanceId: ID, name: `web-${ID}` }),
    ],
    [
      "the node carries the id of another instance, 'i-0fedcba9876543210'",
      "instances share a node's name",
      fixOfRefusal("other-instance", { instanceId: ID, name: `web-${ID}` }),
    ],
  ];
}

/** What is said of an instance that EC2 does not know. */
async function doubted(
  world: { readonly automatic?: object; readonly there?: boolean; readonly isGone?: boolean },
  why: string,
): Promise<Row> {
  const doubting: Doubting = {
    chef: {
      getNode: async (name) => (world.automatic ? { name, automatic: world.automatic } : undefined),
      getClient: async (name) => (world.isGone ? undefined : { name }),
    },
    ask: async () => ({ gone: true, name: "unknown" }),
    factsOf: async () => (world.there ? { desired: 1, ...HERE } : undefined),
    isInHistory: async () => false,
    nearGroup: async () => undefined,
    place: async () => HERE,
    groupDestroyed: false,
  };
  const { ask, fixOf } = askDoubting(doubting);
  const { name } = await ask({ kind: "termination", group: "web", instanceId: ID });
  return [`the instance ${ID} is ${name}`, why, fixOf(ID) ?? ""];
}

async function reconcileRows(): Promise<Row[]> {
  const situation = { names: 8, present: 0, suspects: 8, facts: { desired: 2, ...HERE } };
  const unknown = refusalOf("web", { ...situation, facts: undefined }) ?? "";
  return [
    [unknown, "it is of another region", await advised("no-such-group", "us-west-2")],
    [unknown, "it was renamed or destroyed", await advised("no-such-group", HERE.region)],
    [refusalOf("web", situation) ?? "", "its launches fail, or EC2's answer is empty", await advised("none-living")],
    [
      "8 of 9 names are left over, more than the share of 0.5 that one run may remove",
      "much was terminated at once, or something is wrong",
      await advised("too-many"),
    ],
  ];
}

async function advised(refusedFor: RefusalCause, ran?: string): Promise<string> {
  const examined = { nodes: 8, clients: 8, names: 9 };
  const report = { group: "web", examined, living: 1, recent: 0, refusedFor } as ReconcileReport;
  const visit = async (take: (name: string) => void) => take(`web-${ID}`);
  const automatic = { ec2: { region: ran, account_id: HERE.accountId } };
  const chef: Partial<ChefClient> = {
    visitNodes: visit,
    visitClients: visit,
    getNode: async (name) => ({ name, automatic }),
  };
  return (
    (await adviceOn(report, { chef: chef as ChefClient, place: async () => HERE, nearGroup: async () => undefined })) ??
    ""
  );
}

function queueRows(): Row[] {
  const url = "https://sqs.us-east-1.amazonaws.com/123456789012/web";
  const dead = `${url}-dead`;
  const other = dead.replace("us-east-1", "eu-west-1");
  const pairs: [string, string, string | undefined, string][] = [
    ["web", dead, undefined, "a name or an ARN was given"],
    [url, url, undefined, "messages would go round"],
    [url, other, "eu-west-1", "the environment names another region"],
  ];
  return pairs.map(([queueUrl, deadLetterQueueUrl, region, why]) => {
    const [seen = "", ...fix] = refused(() => checkQueueUrls({ queueUrl, deadLetterQueueUrl }, region)).split("; ");
    return [seen, why, fix.join("; ")];
  });
}

function invokedRow(): Row {
  return [`${TAKES}; it got '{}'`, "it was invoked by hand", TAKES.split(": ").at(-1) ?? ""];
}

if (require.main === module) void troubleshootingDocument().then((text) => writeFileSync(FILE, text));
