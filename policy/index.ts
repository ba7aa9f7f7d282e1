import { PolicyPack } from "@pulumi/policy";
import { PACK_NAME } from "./pack-name";
import { rules } from "./rules";

new PolicyPack(PACK_NAME, {
  description: "Stops pull requests in which a Chef-managed Auto Scaling Group could not boot, scale, or be cleaned up",
  policies: rules,
});
