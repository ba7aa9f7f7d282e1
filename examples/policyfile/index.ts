/**
 * For nodes that use a policyfile. Image and instances converge to the same policy, in a policy group with the name of the
 * stack. Pushing a new policy to this group does not bake the image again, because no argument has changed; set `rebake` for
 * one update. A run list or an environment is refused beside a policy.
 *
 * Configure `chef` and `subnetIds`. Packer must be installed on the machine that runs `pulumi up`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, ChefImage } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const instanceType = "t3.small";
const policy = { policyName: "web", policyGroup: pulumi.getStack() };

const image = new ChefImage("web", {
  imageName: `${pulumi.getStack()}-web`,
  instanceType,
  baseImage: { nameFilter: "debian-12-amd64-*", owners: ["136693071363"] },
  chef,
  ...policy,
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: image.imageId,
  instanceType,
  chef,
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  ...policy,
});

export const group = web.autoScalingGroupName;
