/**
 * For whoever asks what `serverUrl` is. It is what knife calls `chef_server_url`: with `/organizations/NAME` on Hosted Chef
 * and on the Chef Infra Server that Chef Automate brings, without a path on a server that has no organizations. It is
 * always https. A server whose certificate a company's own authority signed wants that authority in `caPem`, for
 * instances, bake and reaper; without it those that the machine trusts count. Verification cannot be switched off.
 * Neither Hosted Chef nor Chef Automate was at hand to try it on.
 *
 * Configure `imageId`, `subnetIds`, `kind` (hosted, automate or plain), `organization`, `host` but for Hosted Chef, and
 * where it is needed `caPem`: `pulumi config set caPem < company-ca.pem`.
 */
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const organization = config.require("organization");

function serverUrl(kind: string): string {
  if (kind === "hosted") return `https://api.chef.io/organizations/${organization}`;
  if (kind === "automate") return `https://${config.require("host")}/organizations/${organization}`;
  return `https://${config.require("host")}`;
}

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: {
    serverUrl: serverUrl(config.require("kind")),
    caPem: config.get("caPem"),
    validator: { name: `${organization}-validator`, key: { ssmParameter: "/chef/validator.pem" } },
    operator: { name: "autoscaling-operator", key: { ssmParameter: "/chef/operator.pem" } },
  },
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
});

export const group = web.autoScalingGroupName;
