import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Mistake, raise } from "../components/mistakes";

const name = z.string().min(1);
const count = z.number().int().nonnegative();

const keyReference = z.union(
  [
    z.strictObject({ ssmParameter: name }),
    z.strictObject({ secretId: name }),
    z.strictObject({ file: name }),
    z.strictObject({ environment: name }),
  ],
  { error: "one of {ssmParameter}, {secretId}, {file}, {environment}: where the key is kept, never the key itself" },
);

const identity = z.strictObject({ name, key: keyReference, kmsKeyArn: name.optional() });

const chef = z.strictObject({
  serverUrl: z.url({ protocol: /^https?$/, error: "an http(s) URL, with /organizations/<name> where there are any" }),
  caPem: z.string().includes("BEGIN CERTIFICATE", { error: "PEM certificates" }).optional(),
  validator: identity,
  operator: identity,
});

const convergence = {
  runList: z.array(name).optional(),
  environment: name.optional(),
  policyName: name.optional(),
  policyGroup: name.optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
};

const bake = z.strictObject({
  ...convergence,
  name,
  instanceType: name,
  architecture: z.enum(["x86_64", "arm64"]).optional(),
  baseImage: z.union(
    [
      z.strictObject({ id: z.string().startsWith("ami-") }),
      z.strictObject({ ssmParameter: name }),
      z.strictObject({ nameFilter: name, owners: z.array(name).min(1) }),
    ],
    { error: "one of {id: ami-…}, {ssmParameter}, {nameFilter, owners}" },
  ),
  sshUsername: name.optional(),
  subnetId: name.optional(),
  associatePublicIpAddress: z.boolean().optional(),
  onDestroy: z.enum(["keep", "delete"]).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const rule = z.strictObject({
  threshold: z.number().optional(),
  periodSeconds: z.number().optional(),
  evaluationPeriods: z.number().optional(),
  datapointsToAlarm: z.number().optional(),
  adjustment: z.number().optional(),
  policy: z
    .union([
      z.strictObject({ kind: z.literal("step"), warmupSeconds: count.optional() }),
      z.strictObject({ kind: z.literal("simple"), cooldownSeconds: count.optional() }),
    ])
    .optional(),
  statistic: z.enum(["Average", "Maximum", "Minimum", "Sum", "SampleCount"]).optional(),
  treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).optional(),
  metric: z
    .strictObject({ namespace: name, metricName: name, dimensions: z.record(z.string(), z.string()).optional() })
    .optional(),
});

const group = z.strictObject({
  ...convergence,
  instanceType: name,
  min: count,
  max: count,
  desired: count.optional(),
  subnetIds: z.array(name).min(1).optional(),
  availabilityZones: z.array(name).min(1).optional(),
  securityGroupIds: z.array(name).min(1).optional(),
  launch: z.enum(["template", "configuration"]).optional(),
  keyName: name.optional(),
  publicAddress: z.boolean().optional(),
  sessionManager: z.boolean().optional(),
  rootVolume: z.strictObject({ sizeGib: count.optional() }).optional(),
  scaling: z.strictObject({ out: rule.optional(), in: rule.optional() }).optional(),
  rollout: z
    .strictObject({ minHealthyPercentage: count.max(100).optional(), instanceWarmupSeconds: count.optional() })
    .optional(),
  reaper: z
    .strictObject({
      mode: z.enum(["lambda", "worker"]).optional(),
      timeoutSeconds: count.optional(),
      absenceGraceSeconds: count.optional(),
      dryRun: z.boolean().optional(),
      maximumConcurrency: count.optional(),
    })
    .optional(),
  onDestroy: z.enum(["remove", "retain"]).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const fleet = z.strictObject({
  imageId: z.string().startsWith("ami-", { error: "an AMI id (ami-…)" }).optional(),
  preflight: z.boolean(),
  chef,
  bake: bake.optional(),
  groups: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, "a lower-case name"), group),
});

export type FleetConfig = z.infer<typeof fleet>;
export type GroupConfig = z.infer<typeof group>;
export type BakeConfig = z.infer<typeof bake>;

/**
 * The stack's configuration, typed; all mistakes are raised together.
 *
 * @throws InputPropertiesError which names each key, what it holds, what was expected and the way out
 */
export function readConfig(config = new pulumi.Config()): FleetConfig {
  const raw = {
    imageId: config.get("imageId"),
    preflight: config.getBoolean("preflight") ?? true,
    chef: config.getObject("chef"),
    bake: config.getObject("bake"),
    groups: config.getObject("groups"),
  };
  const parsed = fleet.safeParse(raw);
  raise(
    `Configuration of stack "${pulumi.getStack()}"`,
    parsed.success ? imageMistakes(parsed.data) : mistakesOf(parsed.error, raw),
  );
  return parsed.data as FleetConfig;
}

function imageMistakes({ imageId, bake, groups }: FleetConfig): Mistake[] {
  const wrong: Mistake[] = [];
  if (!imageId && !bake) {
    const wayOut = "describe a bake, or give a ready image with -c imageId=ami-…";
    wrong.push({ property: "bake", value: undefined, expected: "'bake' or 'imageId'", wayOut });
  }
  if (Object.keys(groups).length === 0) {
    wrong.push({
      property: "groups",
      value: groups,
      expected: "at least one group",
      wayOut: "name a group and its type",
    });
  }
  return wrong;
}

function mistakesOf(error: z.ZodError, raw: unknown): Mistake[] {
  return error.issues.map((issue) => ({
    property: issue.path.join("."),
    value: issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw),
    expected: issue.message.replace(/^Invalid input: expected /, ""),
    wayOut: `set it in Pulumi.${pulumi.getStack()}.yaml`,
  }));
}
