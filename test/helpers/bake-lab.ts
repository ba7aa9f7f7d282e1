import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type Image,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Lab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { type BakeSpec, bakeFingerprint } from "../../packer";
import { allow, type Statement } from "../lab/role-maker";
import { bakeProgram } from "./bake-program";

/** The emulator's public Debian image. */
export const BASE_IMAGE = "ami-0deb1200000000001";

/** Type of the instance that bakes in the tests. */
export const BAKE_TYPE = "t3.small";

/** One run of the supervisor, started through a shell as Pulumi's command provider does. */
export interface BakeProcess {
  readonly shell: ChildProcess;
  /** Standard output and standard error so far. */
  readonly output: () => string;
  /** Exit code and output, once every process that holds the pipes has ended. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Returns a spec for the lab's servers. */
export function labSpec(lab: Lab, name: string, changes: Partial<BakeSpec> = {}): BakeSpec {
  const { validator, operator } = lab.keys;
  return {
    name,
    region: "us-east-1",
    architecture: "x86_64",
    baseImageId: BASE_IMAGE,
    sshUsername: "admin",
    instanceProfile: "bake-test",
    tags: { team: "web", "chef-autoscaling:stack": "test/bake" },
    chef: {
      serverUrl: lab.chefUrl,
      runList: [],
      attributes: { quote: 'it\'s {{user `x`}} "here"' },
      validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
      operator: { name: operator.name, key: { file: operator.keyFile } },
    },
    ...changes,
  };
}

/** The environment that the Pulumi program sets for the supervisor. */
export function bakeEnvironment(lab: Lab, spec: BakeSpec, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    ...lab.environment,
    BAKE_INSTANCE_TYPE: BAKE_TYPE,
    BAKE_FINGERPRINT: bakeFingerprint(spec, BAKE_TYPE, "1.6.6"),
    BAKE_SPEC: JSON.stringify(spec),
    ...more,
  };
}

/** Starts the bake in a separate process group, as the engine does with its plugins. */
export function startBake(environment: NodeJS.ProcessEnv, operation = "create"): BakeProcess {
  const command = [process.execPath, ...bakeProgram(), operation].map((word) => `"${word}"`).join(" ");
  const shell = spawn("/bin/sh", ["-c", command], { cwd: projectRoot, env: environment, detached: true });
  let stdout = "";
  let stderr = "";
  shell.stdout.on("data", (data) => {
    stdout += data;
  });
  shell.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = once(shell, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { shell, output: () => stdout + stderr, ended };
}

/** Creates a role that may only read the validator's key, like the components' own. The bake's instance gets its credentials from IMDS. */
export async function createInstanceProfile(
  { aws, keys: { validator } }: Lab,
  more: readonly Statement[] = [],
): Promise<void> {
  const name = "bake-test";
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const Resource = `arn:aws:ssm:us-east-1:123456789012:parameter${validator.parameter}`;
  const statements = [allow("ssm:GetParameter", Resource), ...more];
  await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy(trust) }));
  await aws.iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: "read", PolicyDocument: policy(...statements) }),
  );
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
}

/** Temporary resources of a bake, and volumes, that currently exist in the account. */
export async function leftovers({ aws: { ec2 } }: Lab): Promise<string[]> {
  const [instances, keys, groups, volumes] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({})),
    ec2.send(new DescribeKeyPairsCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeVolumesCommand({})),
  ]);
  const living = (instances.Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? [])
    .filter((instance) => instance.State?.Name !== "terminated");
  return [
    ...living.map((instance) => `instance ${instance.InstanceId}`),
    ...(keys.KeyPairs ?? []).map((key) => `key pair ${key.KeyName}`),
    ...(groups.SecurityGroups ?? [])
      .filter((group) => group.GroupName !== "default")
      .map((it) => `group ${it.GroupName}`),
    ...(volumes.Volumes ?? []).map((volume) => `volume ${volume.VolumeId}`),
  ];
}

/** The images from bakes with this name. */
export async function bakedImages({ aws: { ec2 } }: Lab, name: string): Promise<Image[]> {
  const filters = [{ Name: "name", Values: [`${name}-*`] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: filters }));
  return Images;
}

/** The bakes' nodes and clients on the Chef server. */
export async function bakeNodes({ chef }: Lab): Promise<string[]> {
  const names = [...(await chef.listNodes()), ...(await chef.listClients())];
  return names.filter((name) => name.startsWith("bake-"));
}

/** Folder of an image's files on this machine. */
export function imageTree(lab: Lab, imageId: string): string {
  return join(lab.runDir, "images", imageId);
}

function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
