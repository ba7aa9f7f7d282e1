import { z } from "zod";
import { convergence } from "./convergence";
import { count, name, tags } from "./primitives";
import { reaper } from "./reaper";
import { scaling } from "./scaling";

export const group = z.strictObject({
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
  scaling: scaling.optional(),
  rollout: z
    .strictObject({
      minHealthyPercentage: count.max(100).optional().describe("default 90"),
      instanceWarmupSeconds: count.optional().describe("default the group's own"),
    })
    .optional()
    .describe("how a changed image reaches running instances"),
  reaper: reaper.optional(),
  onDestroy: z.enum(["remove", "retain"]).optional().describe("nodes and clients on destroy; default `remove`"),
  tags: tags.optional().describe("tags of group, instances and volumes"),
  ...convergence,
});
