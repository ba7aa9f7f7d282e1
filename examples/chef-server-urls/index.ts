/**
 * For everybody who wonders what to put into `serverUrl`. It is the URL that knife calls `chef_server_url`: with
 * `/organizations/NAME` on Hosted Chef and on the Chef Infra Server of Chef Automate, without a path on a server that has no
 * organizations. It always starts with https. If your company's own certificate authority signed the server's certificate,
 * set `caPem` for instances, bake and reaper; by default, the authorities that the machine trusts are used. Verification
 * cannot be turned off. Not tested with Hosted Chef or Chef Automate, because neither was available.
 *
 * Configure `imageId`, `subnetIds`, `kind` (hosted, automate or plain), `organization`, `host` (not for Hosted Chef) and, if
 * you need it, `caPem`: `pulumi config set caPem < company-ca.pem`.
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
