import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { sdkImports } from "../helpers/sources";

/** IAM's prefixes for the actions of the SDK's clients, by module. */
const PREFIXES: Readonly<Record<string, string>> = {
  "auto-scaling": "autoscaling",
  cloudwatch: "cloudwatch",
  "cloudwatch-logs": "logs",
  ec2: "ec2",
  eventbridge: "events",
  iam: "iam",
  kms: "kms",
  lambda: "lambda",
  "secrets-manager": "secretsmanager",
  sns: "sns",
  sqs: "sqs",
  ssm: "ssm",
  sts: "sts",
};

/** Where IAM's name differs from the API's. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
};

const IN_THE_CALLERS_NAME = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Code that the commands share with the reaper and the components, in addition to `cli/`. */
const SHARED = [
  "chef/keys/resolve.ts",
  ...["reaper/instances", "reaper/reconcile"].flatMap((folder) =>
    readdirSync(join(projectRoot, folder)).map((file) => `${folder}/${file}`),
  ),
];

/** The part of the rollout provider's calls that `rollout` uses. */
const OF_ROLLOUT = [
  "autoscaling:CancelInstanceRefresh",
  "autoscaling:DescribeInstanceRefreshes",
  "autoscaling:RollbackInstanceRefresh",
  "cloudwatch:DescribeAlarms",
];

describe("docs/cli.md", () => {
  it("names every AWS action that the commands call, and no others", () => {
    const files = readdirSync(join(projectRoot, "cli"), { recursive: true, encoding: "utf8" });
    const sources = [...files.filter((file) => file.endsWith(".ts")).map((file) => `cli/${file}`), ...SHARED];
    const called = new Set(sources.flatMap(actionsIn));
    assert.ok(called.size > 15, "the calls were not found");
    const access = actionsIn("rollout/group-access.ts");
    for (const action of OF_ROLLOUT) {
      assert.ok(access.includes(action), action);
      called.add(action);
    }
    const written = readFileSync(join(projectRoot, "docs/cli.md"), "utf8");
    const table = written.split("## What AWS has to permit")[1]?.split("\n## ")[0] ?? "";
    // SSM, Secrets Manager and SQS call these on behalf of the caller
    const named = new Set(expanded(table).filter((action) => !IN_THE_CALLERS_NAME.includes(action)));
    assert.deepEqual([...named].sort(), [...called].sort());
  });
});

function actionsIn(file: string): string[] {
  const calls = sdkImports(file).filter(({ name }) => /Command$|^paginate/.test(name));
  const actions = calls.map(({ service, name }) => `${PREFIXES[service]}:${name.replace(/^paginate|Command$/g, "")}`);
  return actions.map((action) => OTHERWISE[action] ?? action);
}

/** Expands `sqs:{A,B}` to two actions. */
function expanded(text: string): string[] {
  return [...text.matchAll(/`([a-z0-9]+):(?:\{([\w,]+)\}|(\w+))`/g)].flatMap(([, prefix, several, one]) =>
    (several ?? one ?? "").split(",").map((action) => `${prefix}:${action}`),
  );
}
