import { PolicyPack } from "@pulumi/policy";
import { instanceTypeMatchesBake } from "./instance-type-matches-bake";

new PolicyPack("chef-autoscaling", { policies: [instanceTypeMatchesBake] });
