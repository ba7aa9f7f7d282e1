import type { BakeSpec } from "../../packer";

/** A valid spec with a value for every member. */
export function bakeSpec(changes: Partial<BakeSpec> = {}): BakeSpec {
  return {
    name: "web",
    region: "eu-central-1",
    architecture: "x86_64",
    baseImageId: "ami-0abc",
    sshUsername: "admin",
    tags: { team: "web" },
    chef: {
      serverUrl: "https://chef.example.com/organizations/shop",
      runList: ["recipe[base]"],
      environment: "staging",
      attributes: { a: { b: 1, c: 2 } },
      validator: { name: "shop-validator", key: { ssmParameter: "/chef/validator" } },
      operator: { name: "operator", key: { file: "/keys/operator.pem" } },
    },
    ...changes,
  };
}
