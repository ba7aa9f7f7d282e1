import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, type KeyReference } from "../../components";
import { CHEF, groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { sdkImports } from "../helpers/sources";

const ROOT = join(__dirname, "../..");

/** IAM's prefix for each client of the SDK. */
const SERVICES: Record<string, string> = {
  "auto-scaling": "autoscaling",
  ec2: "ec2",
  "secrets-manager": "secretsmanager",
  sqs: "sqs",
  ssm: "ssm",
};

/** What Lambda does on behalf of the function, before and after the code runs. */
const LOG = ["logs:CreateLogStream", "logs:PutLogEvents"];
const BY_LAMBDA = [...LOG, "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
/** The reconcile's part of the code, and the code that reads its key. */
const RECONCILE = ["reaper/reconcile/index.ts", "chef/keys/resolve.ts"];

/** What sqs-consumer calls in addition to our own code. */
const BY_SQS_CONSUMER = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"];

const IMAGE = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0";
const SERVICE: Partial<ChefAutoScalingGroupArgs> = {
  reaper: { mode: "service", service: { image: IMAGE, subnetIds: ["subnet-1"] } },
};

/** Actions that AWS only permits on all resources. @see https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const CHANNELS = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];
const KNOWS_NO_RESOURCE = [
  "autoscaling:DescribeAutoScalingGroups",
  "autoscaling:DescribeAutoScalingInstances",
  "autoscaling:DescribeScalingActivities",
  "ec2:DescribeInstances",
  ...CHANNELS,
];

/** References to the validator's and the operator's key. */
const KEYS: readonly (readonly [KeyReference, KeyReference])[] = [
  [{ ssmParameter: "/chef/validator.pem" }, { ssmParameter: "/chef/operator.pem" }],
  [{ secretId: "chef/validator" }, { secretId: "chef/operator" }],
];

interface Statement {
  readonly Sid: string;
  readonly Condition?: unknown;
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/** Every statement of a role, with the keys in either service. */
async function statements(ending: string, args: Partial<ChefAutoScalingGroupArgs> = {}): Promise<Statement[]> {
  const all: Statement[] = [];
  for (const [read, kept] of KEYS) {
    const chef = { ...CHEF, validator: { name: "v", key: read }, operator: { name: "o", key: kept } };
    const declared = await declare(() => new ChefAutoScalingGroup("web", groupArgs({ ...args, chef })));
    const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", ending).inputs;
    all.push(...(policy as { Statement: Statement[] }).Statement);
  }
  return all;
}

function actionsOf(list: readonly Statement[]): string[] {
  return [...new Set(list.flatMap(({ Action }) => Action))].sort();
}

/** The SDK calls in a program's own sources, whatever other files are in their folders. */
function callsOfProgram(entry: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    platform: "node",
    external: ["@aws-sdk/*"],
    metafile: true,
    write: false,
  });
  const sources = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules"));
  return [...new Set(sources.flatMap(callsOfSource))].sort();
}

function callsOfSource(file: string): string[] {
  const calls = sdkImports(file).filter(({ name, made }) => made && name.endsWith("Command"));
  return calls.map(({ service, name }) => `${SERVICES[service] ?? service}:${name.replace(/Command$/, "")}`);
}

function callsOfShell(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8").replace(/^\s*#.*$/gm, "");
  const pascal = (words: string): string =>
    words.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  return [...text.matchAll(/\baws (ssm|secretsmanager|autoscaling|ec2) ([a-z-]+)/g)]
    .map(([, service, command = ""]) => `${service}:${pascal(command)}`)
    .sort();
}

describe("least privilege", () => {
  it("lets the reaper's functions do what their code and Lambda on their behalf call, and nothing else", async () => {
    const called = callsOfProgram("reaper/reaper.lambda.ts");
    assert.ok(called.length >= 6, `only ${called} found`);
    const reading = actionsOf(await statements("reaper-service-policy"));
    const reconciling = actionsOf(await statements("reaper-reconcile-policy"));
    assert.deepEqual([...new Set([...reading, ...reconciling])].sort(), [...new Set([...called, ...BY_LAMBDA])].sort());
    assert.deepEqual(reconciling, [...new Set([...RECONCILE.flatMap(callsOfProgram), ...LOG])].sort());
  });

  it("lets the reaper's service do what its worker and its polling library call, and nothing else", async () => {
    const called = callsOfProgram("reaper/worker/worker.ts");
    assert.ok(called.length >= 6, `only ${called} found`);
    assert.deepEqual(
      actionsOf(await statements("reaper-work-policy", SERVICE)),
      [...new Set([...called, ...BY_SQS_CONSUMER])].sort(),
    );
  });

  it("lets Fargate pull the image and write the log, and nothing else", async () => {
    const all = await statements("reaper-start-policy", SERVICE);
    const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    assert.deepEqual(actionsOf(all), [pull[0], pull[1], "ecr:GetAuthorizationToken", pull[2], ...LOG]);
    const wide = all.filter(({ Resource }) => [Resource].flat().includes("*"));
    assert.deepEqual(actionsOf(wide), ["ecr:GetAuthorizationToken"]);
  });

  it("does not let the function that reads the queue ask about the group", async () => {
    const reading = { reaper: { ...SERVICE.reaper, reconcile: false } } as Partial<ChefAutoScalingGroupArgs>;
    for (const all of [await statements("reaper-service-policy"), await statements("reaper-work-policy", reading)]) {
      const asks = actionsOf(all).filter((action) => action.startsWith("autoscaling:Describe"));
      assert.deepEqual(asks, ["autoscaling:DescribeAutoScalingInstances"]);
    }
  });

  it("lets an instance do what its first boot calls, and nothing else", async () => {
    const permitted = actionsOf(await statements("instance-service-policy", { hooks: { launch: {} } }));
    assert.deepEqual(permitted, callsOfShell("packer/scripts/converge.sh"));
  });

  it("lets an instance also read the data bag secret, only from the given VPC, without changes for the reaper", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-3:123456789012:key/1";
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
    const dataBagSecret = { secret: { secretId: "chef/data-bag" }, kmsKeyArn: later(kmsKeyArn) };
    const readFrom = { vpcIds: later(["vpc-1"]), vpcEndpointIds: ["vpce-1", later("vpce-2")] };
    const args = groupArgs({ chef: { ...CHEF, dataBagSecret, readFrom } });
    const declared = await declare(() => new ChefAutoScalingGroup("web", args));
    const of = (ending: string): Statement[] => {
      const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", ending).inputs;
      return (policy as { Statement: Statement[] }).Statement;
    };
    const condition = { StringEquals: { "aws:SourceVpc": ["vpc-1"], "aws:SourceVpce": ["vpce-1", "vpce-2"] } };
    const reading = of("instance-service-policy").filter(({ Sid }) => /^(Read|Decrypt)/.test(Sid));
    assert.deepEqual(
      reading.map(({ Action, Resource, Condition }) => [Action, Resource, Condition]),
      [
        ["ssm:GetParameter", "arn:aws:ssm:eu-west-3:123456789012:parameter/chef/validator.pem", condition],
        [
          "secretsmanager:GetSecretValue",
          "arn:aws:secretsmanager:eu-west-3:123456789012:secret:chef/data-bag-??????",
          condition,
        ],
        ["kms:Decrypt", kmsKeyArn, undefined],
      ],
    );
    const reaper = of("reaper-service-policy");
    assert.deepEqual(
      reaper.filter(({ Sid, Condition }) => Condition || Sid.includes("DataBag")),
      [],
    );
  });

  it("lets an instance with shells read no more than one without", async () => {
    const without = actionsOf(await statements("instance-service-policy"));
    const permitted = actionsOf(await statements("instance-service-policy", { sessionManager: true }));
    assert.deepEqual(permitted, [...without, "ssm:UpdateInstanceInformation", ...CHANNELS].sort());
  });

  it("attaches no AWS managed policies, whose statements are not visible here", async () => {
    const hooks = { launch: {}, terminate: {} };
    for (const more of [{}, SERVICE]) {
      const args = groupArgs({ ...more, hooks, sessionManager: true });
      const { resources } = await declare(() => new ChefAutoScalingGroup("web", args));
      const attached = resources.filter(
        ({ type, inputs }) => /[aA]ttachment:/.test(type) || inputs.managedPolicyArns !== undefined,
      );
      assert.deepEqual(attached, []);
    }
  });

  it("names the resource wherever AWS supports it", async () => {
    const all = [
      ...(await statements("reaper-service-policy")),
      ...(await statements("reaper-reconcile-policy")),
      ...(await statements("reaper-work-policy", SERVICE)),
      ...(await statements("instance-service-policy", { hooks: { launch: {} }, sessionManager: true })),
      ...(await statements("terminate-hook-policy", { hooks: { terminate: {} } })),
    ];
    const wide = all.filter(({ Resource }) => [Resource].flat().includes("*"));
    assert.deepEqual(actionsOf(wide), KNOWS_NO_RESOURCE);
    assert.deepEqual(
      actionsOf(all).filter((action) => action.includes("*")),
      [],
    );
  });

  it("sets the permissions boundary on every role", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/boundary";
    const hooks = { terminate: {} };
    const declared = await declare(() => new ChefAutoScalingGroup("web", groupArgs({ permissionsBoundary, hooks })));
    const roles = declared.resources.filter(({ type }) => type === "aws:iam/role:Role");
    assert.equal(roles.length, 4);
    for (const { name, inputs } of roles) assert.equal(inputs.permissionsBoundary, permissionsBoundary, name);
  });
});
