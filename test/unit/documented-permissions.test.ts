import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ChefAutoScalingGroup } from "../../components";
import { projectRoot } from "../../lab/services/places";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { actions } from "../helpers/declare-group";
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
    // SSM, Secrets Manager and SQS call these on behalf of the caller
    const named = documented("cli.md", "What AWS has to permit").filter((one) => !IN_THE_CALLERS_NAME.includes(one));
    assert.deepEqual(named, [...called].sort());
  });
});

describe("docs/rollouts.md", () => {
  it("names every AWS action that a rollout calls, and what creating a group needs", () => {
    const called = [...actionsIn("rollout/group-access.ts"), "ec2:RunInstances", "iam:PassRole"];
    assert.deepEqual(documented("rollouts.md", "Permissions of the deployer"), [...new Set(called)].sort());
  });
});

describe("docs/bake.md", () => {
  it("names every AWS action with which images are kept and leftovers removed", () => {
    const sources = ["packer/images", "packer/sweep"].flatMap((folder) =>
      readdirSync(join(projectRoot, folder)).map((file) => `${folder}/${file}`),
    );
    const called = sources.flatMap(actionsIn).filter((action) => !action.includes(":waitUntil"));
    assert.deepEqual(documented("bake.md", "Sweep"), [...new Set(called)].sort());
  });
});

describe("docs/worker.md", () => {
  it("names every AWS action that the role of a service allows", async () => {
    const service = { image: "chef-reaper:1.2.0", subnetIds: ["subnet-0a"] };
    const notifications = { kmsKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/1" };
    const args = groupArgs({ reaper: { mode: "service", service }, notifications });
    const declared = await declare(() => new ChefAutoScalingGroup("web", args));
    const named = documented("worker.md", "What AWS has to permit");
    // groupArgs() stores the operator's key in Secrets Manager
    assert.deepEqual(
      named.filter((action) => action !== "ssm:GetParameter"),
      [...new Set(actions(declared, "-work-policy"))].sort(),
    );
  });
});

/** The actions that a section of a page names, each once. */
function documented(page: string, heading: string): string[] {
  const written = readFileSync(join(projectRoot, "docs", page), "utf8");
  const section = written.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...new Set(expanded(section))].sort();
}

function actionsIn(file: string): string[] {
  const calls = sdkImports(file).filter(({ name }) => /Command$|^paginate/.test(name));
  const actions = calls.map(({ service, name }) => `${PREFIXES[service]}:${name.replace(/^paginate|Command$/g, "")}`);
  return actions.map((action) => OTHERWISE[action] ?? action);
}

/** Expands `sqs:{A,B}` to two actions, also if the braces are only a part of the name. Names such as `aws:profile` are no actions. */
function expanded(text: string): string[] {
  return [...text.matchAll(/`([a-z0-9]+):(?=[A-Z{])(\w*)(?:\{([\w,]+)\})?(\w*)`/g)].flatMap(
    ([, prefix, before = "", several = "", after = ""]) =>
      several.split(",").map((middle) => `${prefix}:${before}${middle}${after}`),
  );
}
