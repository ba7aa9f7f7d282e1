import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** A bake and a launch template as raw resources, which a review can check without cloud credentials. */
const bake = new command.local.Command("bake", {
  create: "echo ami-0",
  environment: { BAKE_INSTANCE_TYPE: "m7i.large", BAKE_ARCHITECTURE: "x86_64", BAKE_REGION: "eu-west-3" },
});

new aws.ec2.LaunchTemplate("web", {
  imageId: new pulumi.Config().get("image") ?? bake.stdout,
  instanceType: new pulumi.Config().require("runs"),
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: new pulumi.Config().getNumber("hops") ?? 1 },
});
