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

/** docs/troubleshooting.md: every message is produced by the code itself, so that a search for it finds the page. */
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

const INTRODUCTION = `# Troubleshooting

<!-- Generated from the program by \`npm run docs\`. -->

These are messages of the command line, the reaper's log, the bake and the preview, with example names. If you do not find a message here, run \`chef-autoscaling doctor\`, which
checks everything that the reaper relies on. [cli.md](cli.md) lists the exit codes; [faults.md](faults.md) lists the faults that resolve themselves.
`;

function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  return [`## ${title}\n`, "| message | cause | what to do |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** An error as AWS returns it, and its cause. */
const AWS: Readonly<Record<AwsCause, readonly [name: string, said: string, why: string]>> = {
  "no-credentials": [
    "CredentialsProviderError",
    "Could not load credentials from any providers",
    "you are not logged in, or the profile is the wrong one",
  ],
  expired: [
    "ExpiredToken",
    "The security token included in the request is expired",
    "a session is valid for some hours",
  ],
  "not-accepted": [
    "AuthFailure",
    "AWS was not able to validate the provided access credentials",
    "the access key was deleted or belongs to another partition, or the region is not enabled in the account",
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
  "no-region": ["Error", "Region is missing", "no option, environment variable, profile or queue URL names a region"],
  "unknown-host": [
    "ENOTFOUND",
    "getaddrinfo ENOTFOUND ec2.us-east-9.amazonaws.com",
    "the region does not exist, or no name server can be reached",
  ],
  unreachable: [
    "ECONNREFUSED",
    "connect ECONNREFUSED 10.0.0.7:443",
    "no route, a firewall, or a missing proxy setting",
  ],
  throttled: ["RequestLimitExceeded", "Request limit exceeded.", "the account exceeds its API rate limit"],
  unavailable: ["InternalError", "An internal error has occurred", "a problem at AWS"],
  "not-found": ["ResourceNotFoundException", "Function not found", "the name, the region or the account is wrong"],
  refused: ["ValidationError", "1 validation error detected", "the request does not match the resource"],
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

/** Failures of requests, and their causes. */
const CHEF: readonly (readonly [Partial<ChefFailure> | string, string])[] = [
  [{ kind: "unauthorized", status: 401 }, "the key does not belong to the client, or was replaced"],
  [{ kind: "clock-skew", status: 401, skewSeconds: 1200 }, "signatures are valid for 15 minutes"],
  [
    { kind: "forbidden", status: 403 },
    "permissions are set per object, see [chef-permissions.md](chef-permissions.md)",
  ],
  [{ kind: "throttled", status: 429 }, "the server, or a proxy in front of it, has a rate limit"],
  [{ kind: "server", status: 500 }, "a problem on the server"],
  [{ kind: "malformed", status: 200 }, "the URL lacks the organization, or something else responds at this address"],
  [{ kind: "conflict", status: 409 }, "an earlier instance or bake left the object behind"],
  ["ETIMEDOUT", "the server is slow, or the network drops packets"],
  ["ENOTFOUND", "the host is misspelled, or in a private DNS zone that cannot be resolved from here"],
  ["ECONNREFUSED", "the server is down, or listens on another port"],
  ["ECONNRESET", "a proxy or load balancer closes the connection"],
  ["EPROTO", "the port speaks plain HTTP"],
  ["CERT_HAS_EXPIRED", "the certificate was not renewed"],
  ["CERT_NOT_YET_VALID", "one of the clocks is wrong"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the certificate was issued for another host name"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "the certificate was issued by a private CA"],
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
    await doubted({}, "the instance ran in another region or account, or its node never reported where it ran"),
    await doubted(
      { isGone: true },
      "the group's name is misspelled, the region is wrong, or everything has already been removed",
    ),
    await doubted({ automatic: { ec2 } }, "the instance ran in another region"),
    await doubted({ automatic: { ec2: ran } }, "the group was renamed or destroyed"),
    await doubted(
      { automatic: lately, there: true },
      "a running instance uses the node, for example because its image contains a stale client.pem",
    ),
    [
      `the instance ${ID} is running, so its node must not be removed`,
      "the instance is still running",
      fixOfRefusal("alive", { instanceId: ID, name: `web-${ID}` }),
    ],
    [
      "the node carries the id of another instance, 'i-0fedcba9876543210'",
      "several instances share a node name",
      fixOfRefusal("other-instance", { instanceId: ID, name: `web-${ID}` }),
    ],
  ];
}

/** The message for an instance that EC2 does not know. */
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
    [unknown, "the group is in another region", await advised("no-such-group", "us-west-2")],
    [unknown, "the group was renamed or destroyed", await advised("no-such-group", HERE.region)],
    [
      refusalOf("web", situation) ?? "",
      "the group's launches fail, or EC2's answer is empty",
      await advised("none-living"),
    ],
    [
      "8 of 9 names are left over, more than the share of 0.5 that one run may remove",
      "many instances were terminated at once, or something is wrong",
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
    ["web", dead, undefined, "a name or an ARN was given instead of a URL"],
    [url, url, undefined, "messages would circulate forever"],
    [url, other, "eu-west-1", "the environment sets another region"],
  ];
  return pairs.map(([queueUrl, deadLetterQueueUrl, region, why]) => {
    const [seen = "", ...fix] = refused(() => checkQueueUrls({ queueUrl, deadLetterQueueUrl }, region)).split("; ");
    return [seen, why, fix.join("; ")];
  });
}

function invokedRow(): Row {
  return [`${TAKES}; it got '{}'`, "the function was invoked by hand", TAKES.split(": ").at(-1) ?? ""];
}

if (require.main === module) void troubleshootingDocument().then((text) => writeFileSync(FILE, text));
