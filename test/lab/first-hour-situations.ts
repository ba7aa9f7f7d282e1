/** The setup mistakes in docs/first-hour.md, and what this repository's program reports before anything is created. */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { Lab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { readConfig } from "../../stacks/config";
import { preflight } from "../../stacks/preflight";
import { withEnvironment } from "../helpers/environment";

/** The server in Pulumi.staging.yaml, which does not exist. */
export const EXAMPLE_SERVER = "https://chef.example.com/organizations/example";

type Values = Readonly<Record<string, unknown>>;

export interface Situation {
  /** The stack's whole configuration. */
  readonly config: Values;
  /** Overrides the lab's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What this repository's program raises, as Pulumi prints it. @throws if it raises nothing */
export async function saidByClone({ config, environment }: Situation, lab: Lab): Promise<string> {
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  try {
    await withEnvironment({ ...lab.environment, ...environment }, async () =>
      preflight(readConfig(new pulumi.Config("chef-autoscaling"))),
    );
  } catch (error) {
    return `error: ${(error as Error).message}`;
  } finally {
    pulumi.runtime.setAllConfig({});
  }
  throw new Error("nothing was said");
}

/** Returns the configuration of Pulumi.staging.yaml with one mistake. */
export async function situationOf(lab: Lab, name: string): Promise<Situation> {
  const { config: staging } = parse(readFileSync(join(projectRoot, "Pulumi.staging.yaml"), "utf8")) as {
    config: Values;
  };
  const given = { ...staging, "chef-autoscaling:chef": chefOf(lab) };
  const group = (settings: object) => ({ "chef-autoscaling:groups": { web: { min: 1, max: 2, ...settings } } });
  switch (name) {
    case "missing-packer-clone":
      return { config: given, environment: { PATH: "/nowhere" } };
    case "no-credentials":
      return { config: given, environment: NOBODY };
    case "no-chef-server":
      return { config: { ...given, "chef-autoscaling:chef": { ...chefOf(lab), serverUrl: EXAMPLE_SERVER } } };
    case "wrong-key":
      return { config: { ...given, "chef-autoscaling:chef": chefOf(lab, await storeOtherKey(lab)) } };
    case "wrong-region": {
      const zones = group({ instanceType: "t3.small", availabilityZones: ["us-west-2a", "us-west-2b"] });
      return { config: { ...given, ...zones, "aws:region": "us-west-2" } };
    }
    case "zones-of-another-region":
      return { config: { ...given, "aws:region": "us-west-2" } };
    case "missing-configuration":
      return { config: { "aws:region": "us-east-1" } };
    case "misspelt-configuration":
      return { config: { ...given, ...group({ availabilityZones: ["us-east-1a"], instaceType: "t3.small" }) } };
    case "no-region":
      return { config: Object.fromEntries(Object.entries(given).filter(([key]) => key !== "aws:region")) };
    case "no-default-vpc":
      await removeNetworks(lab);
      return { config: given };
    default:
      throw new Error(`there is no situation '${name}'`);
  }
}

const NOBODY = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
  AWS_CONFIG_FILE: "/nowhere",
};

function chefOf({ chefUrl, keys: { validator, operator } }: Lab, operatorKey = operator.parameter) {
  return {
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operatorKey } },
  };
}

async function storeOtherKey({ aws }: Lab): Promise<string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const Value = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  await aws.ssm.send(new PutParameterCommand({ Name: "/chef/other.pem", Value, Type: "SecureString" }));
  return "/chef/other.pem";
}

async function removeNetworks({ aws: { ec2 } }: Lab): Promise<void> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  for (const { SubnetId } of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  for (const { VpcId } of Vpcs) await ec2.send(new DeleteVpcCommand({ VpcId }));
}
