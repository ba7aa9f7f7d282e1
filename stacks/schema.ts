import { z } from "zod";

/*
 * The shape of the stack's configuration. The descriptions are the table in docs/configuration.md, which a test keeps equal.
 */

const name = z.string().min(1);
const count = z.number().int().nonnegative();
const tags = z.record(z.string(), z.string());

const keyReference = z
  .union(
    [
      z.strictObject({ ssmParameter: name }),
      z.strictObject({ secretId: name }),
      z.strictObject({ file: name }),
      z.strictObject({ environment: name }),
    ],
    { error: "one of {ssmParameter}, {secretId}, {file}, {environment}: where the key is kept, never the key itself" },
  )
  .describe("where the PEM private key is kept: `{ssmParameter}`, `{secretId}`, `{file}` or `{environment}`");

const identity = z.strictObject({
  name: name.describe("name of the Chef client"),
  key: keyReference,
  kmsKeyArn: name.optional().describe("customer-managed KMS key that encrypts it; default AWS's own"),
});

const chef = z
  .strictObject({
    serverUrl: z
      .url({ protocol: /^https?$/, error: "an http(s) URL, with /organizations/<name> where there are any" })
      .describe("base URL of the Chef server, with `/organizations/<name>` where it has any"),
    caPem: z
      .string()
      .includes("BEGIN CERTIFICATE", { error: "PEM certificates" })
      .optional()
      .describe("certificates that signed the server's own; default the system's authorities"),
    validator: identity.describe("registers new nodes; instances read its key, so only SSM or Secrets Manager will do"),
    operator: identity.describe("deletes nodes and clients"),
  })
  .describe("the Chef server");

const convergence = {
  runList: z.array(name).optional().describe("run list; default `[]`"),
  environment: name.optional().describe("Chef environment; default `_default`"),
  policyName: name.optional().describe("policyfile, with `policyGroup` and instead of a run list"),
  policyGroup: name.optional().describe("group of the policyfile"),
  attributes: z.record(z.string(), z.unknown()).optional().describe("node attributes for the first run"),
};

const baseImage = z
  .union(
    [
      z.strictObject({ id: z.string().startsWith("ami-") }),
      z.strictObject({ ssmParameter: name }),
      z.strictObject({ nameFilter: name, owners: z.array(name).min(1) }),
    ],
    { error: "one of {id: ami-…}, {ssmParameter}, {nameFilter, owners}" },
  )
  .describe("image the bake starts from: `{id}`, `{ssmParameter}`, or `{nameFilter, owners}` for the newest");

const bake = z
  .strictObject({
    name: name.describe("begins the image's name"),
    instanceType: name.describe("type of the instance that bakes; the policy compares it with the groups'"),
    architecture: z.enum(["x86_64", "arm64"]).optional().describe("default `x86_64`"),
    baseImage,
    sshUsername: name.optional().describe("user that Packer logs in as; default `admin`"),
    subnetId: name.optional().describe("subnet of the bake's instance; default the default VPC's"),
    associatePublicIpAddress: z
      .boolean()
      .optional()
      .describe("public address for the bake; default as the subnet says"),
    onDestroy: z.enum(["keep", "delete"]).optional().describe("the stack's images on destroy; default `keep`"),
    tags: tags.optional().describe("more tags of the image"),
    ...convergence,
  })
  .describe("the bake; left out where `imageId` is given");

const policy = z
  .union([
    z.strictObject({ kind: z.literal("step"), warmupSeconds: count.optional() }),
    z.strictObject({ kind: z.literal("simple"), cooldownSeconds: count.optional() }),
  ])
  .optional()
  .describe("`{kind: step, warmupSeconds}` or `{kind: simple, cooldownSeconds}`; default step with 300 s");

function rule(defaults: { threshold: string; evaluationPeriods: string; adjustment: string }) {
  return z.strictObject({
    threshold: z.number().optional().describe(`default ${defaults.threshold}`),
    periodSeconds: z.number().optional().describe("10, 20, 30 or a multiple of 60; default 60"),
    evaluationPeriods: z.number().optional().describe(`default ${defaults.evaluationPeriods}`),
    datapointsToAlarm: z.number().optional().describe("default all evaluation periods"),
    adjustment: z.number().optional().describe(`instances; default ${defaults.adjustment}`),
    policy,
    statistic: z.enum(["Average", "Maximum", "Minimum", "Sum", "SampleCount"]).optional().describe("default `Average`"),
    treatMissingData: z
      .enum(["missing", "ignore", "breaching", "notBreaching"])
      .optional()
      .describe("what a period without data counts as; default `missing`"),
    metric: z
      .strictObject({
        namespace: name.describe("CloudWatch namespace"),
        metricName: name.describe("name of the metric"),
        dimensions: tags.optional().describe("default the group's own, `AutoScalingGroupName`"),
      })
      .optional()
      .describe("what drives the alarm; default the group's CPU utilisation"),
  });
}

const group = z.strictObject({
  instanceType: name.describe("type of the instances"),
  min: count.describe("instances at least"),
  max: count.describe("instances at most"),
  desired: count.optional().describe("instances to begin with; later changes by scaling are never reset"),
  subnetIds: z.array(name).min(1).optional().describe("subnets to launch in; this or `availabilityZones`"),
  availabilityZones: z.array(name).min(1).optional().describe("zones of the default VPC; this or `subnetIds`"),
  securityGroupIds: z.array(name).min(1).optional().describe("default one that lets everything out and nothing in"),
  launch: z.enum(["template", "configuration"]).optional().describe("what it launches from; default `template`"),
  keyName: name.optional().describe("EC2 key pair; default none"),
  publicAddress: z.boolean().optional().describe("default `false`"),
  sessionManager: z.boolean().optional().describe("shells through SSM Session Manager; default `false`"),
  rootVolume: z
    .strictObject({
      sizeGib: count.optional().describe("default the image's"),
      kmsKeyArn: name.optional().describe("default the account's key for EBS"),
    })
    .optional()
    .describe("encrypted gp3 always"),
  scaling: z
    .strictObject({
      out: rule({ threshold: "70", evaluationPeriods: "2", adjustment: "1" }).optional().describe("scale-out"),
      in: rule({ threshold: "30", evaluationPeriods: "5", adjustment: "-1" }).optional().describe("scale-in"),
    })
    .optional()
    .describe("policies with their alarms; default none"),
  rollout: z
    .strictObject({
      minHealthyPercentage: count.max(100).optional().describe("default 90"),
      instanceWarmupSeconds: count.optional().describe("default the group's own"),
    })
    .optional()
    .describe("how a changed image reaches running instances"),
  reaper: z
    .strictObject({
      mode: z.enum(["lambda", "worker"]).optional().describe("default `lambda`; `worker` deploys only the queue"),
      timeoutSeconds: count.optional().describe("of one invocation; default 30"),
      absenceGraceSeconds: count.optional().describe("an unknown node is looked for again so long; default 600"),
      dryRun: z.boolean().optional().describe("log and delete nothing; default `false`"),
      maximumConcurrency: count.optional().describe("invocations at a time; default 5"),
    })
    .optional()
    .describe("how nodes of terminated instances leave the Chef server"),
  onDestroy: z.enum(["remove", "retain"]).optional().describe("nodes and clients on destroy; default `remove`"),
  tags: tags.optional().describe("tags of group, instances and volumes"),
  ...convergence,
});

export const fleetSchema = z.strictObject({
  imageId: z
    .string()
    .startsWith("ami-", { error: "an AMI id (ami-…)" })
    .optional()
    .describe("ready image; skips the bake"),
  preflight: z
    .boolean()
    .default(true)
    .describe("try Packer, Chef server, keys and images before anything is created; default `true`"),
  chef,
  bake: bake.optional(),
  groups: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, "a lower-case name"), group)
    .describe("the groups by name; in AWS each is called `<stack>-<name>`"),
});

export type FleetConfig = z.infer<typeof fleetSchema>;
export type GroupConfig = z.infer<typeof group>;
export type BakeConfig = z.infer<typeof bake>;
