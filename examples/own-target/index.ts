import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

// Lambda's runtime provides the AWS SDK
const [bundle] = buildSync({
  entryPoints: [join(__dirname, "reaper.ts")],
  bundle: true,
  platform: "node",
  target: "node22",
  external: ["@aws-sdk/*"],
  write: false,
}).outputFiles;

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 1, max: 4 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  publicAddress: true, // the default VPC has no NAT gateway
  scaling: { out: {}, in: {} },
  reaper: {
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(bundle?.text ?? "") }),
    environment: { WEBHOOK_URL: config.require("webhookUrl") },
  },
});

export const group = web.autoScalingGroupName;
