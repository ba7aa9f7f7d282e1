import type { ChefAutoScalingGroupArgs, ChefConnection } from "../../components";

/** A Chef connection with references to stored keys. */
export const CHEF: ChefConnection = {
  serverUrl: "https://chef.example.com/organizations/acme",
  validator: { name: "acme-validator", key: { ssmParameter: "/chef/validator.pem" } },
  operator: { name: "reaper", key: { secretId: "chef/reaper" } },
};

/** The arguments that a group requires; a test adds the ones that it is about. */
export function groupArgs(args: Partial<ChefAutoScalingGroupArgs> = {}): ChefAutoScalingGroupArgs {
  return {
    groupName: "staging-web",
    imageId: "ami-0abc",
    instanceType: "t3.small",
    chef: CHEF,
    capacity: { min: 1, max: 4 },
    subnetIds: ["subnet-1", "subnet-2"],
    ...args,
  };
}
