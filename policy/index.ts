import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("chef-autoscaling", {
  description: "Stops pull requests in which a Chef-managed Auto Scaling Group could not boot, scale, or be cleaned up",
  policies: rules,
});
