/**
 * Pulumi's mocks for unit tests of a program.
 *
 * @module pulumi-chef-autoscaling/testing
 */

import * as pulumi from "@pulumi/pulumi";

/** A resource that the program declared. */
export interface DeclaredResource {
  /** Type token, such as `aws:autoscaling/group:Group`. */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** Inputs of the resource. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program under test sees. */
export interface MockOptions {
  /** @default project */
  readonly project?: string;
  /** @default test */
  readonly stack?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** Responses of the AWS provider's functions by token, such as `aws:ec2/getAmi:getAmi`, instead of the default ones. */
  readonly answers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Additional outputs of a resource, if the defaults are not sufficient. @default `id`, `arn`, `name` and the like */
  readonly outputs?: (resource: DeclaredResource) => Readonly<Record<string, unknown>>;
}

const ACCOUNT = "123456789012";
/** Id of every image in a test. */
export const BAKED_IMAGE = "ami-0ba4ed00000000000";

/**
 * Sets up Pulumi's mocks for a unit test, with responses for everything that the components of this package look up. AWS, a Chef server and
 * Packer are not contacted and need not exist: the program runs as a preview in which every value is known, and each `ChefImage` has the id
 * `BAKED_IMAGE`.
 *
 * @returns the resources that are declared from now on, in order; the list grows
 * @example
 * ```ts
 * const declared = await setMocks(); // before the program is imported
 * const group = new ChefAutoScalingGroup("web", args);
 * await new Promise((done) => group.autoScalingGroupName.apply(done));
 * ```
 */
export async function setMocks(options: MockOptions = {}): Promise<readonly DeclaredResource[]> {
  const { project = "project", stack = "test", region = "us-east-1", answers = {}, outputs = () => ({}) } = options;
  const declared: DeclaredResource[] = [];
  const known = { ...usualAnswers(region), ...answers };
  const mocks: pulumi.runtime.Mocks = {
    call: async ({ token }) => known[token] ?? unknownCall(token),
    newResource: async (resource) => {
      declared.push(resource);
      const { name, inputs } = resource;
      const state = { ...usualOutputs(resource, region), ...inputs, ...outputs(resource) };
      return { id: `${name}-id`, state };
    },
  };
  await pulumi.runtime.setMocks(mocks, project, stack, true);
  return declared;
}

/** Pulumi passes on the `details` of an error that a mock throws, as for gRPC errors, and not its message. */
function unknownCall(token: string): never {
  const details = `the program called '${token}', which has no response here; add one to 'answers' of setMocks`;
  throw Object.assign(new Error(details), { details });
}

/** Responses of the functions that the components call. */
export function usualAnswers(region: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return {
    "aws:index/getPartition:getPartition": { partition: "aws", id: "aws", dnsSuffix: "amazonaws.com" },
    "aws:index/getRegion:getRegion": { region, id: region },
    "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT, id: ACCOUNT },
    "aws:index/getDefaultTags:getDefaultTags": { id: "aws", tags: {} },
    "aws:ec2/getAmi:getAmi": { id: "ami-0ba5e", rootDeviceName: "/dev/xvda" },
    "aws:ec2/getAmiIds:getAmiIds": { ids: [] },
    "aws:ec2/getLaunchTemplate:getLaunchTemplate": { id: "lt-0ba5e", name: "base", latestVersion: 1 },
    "aws:ec2/getInstanceType:getInstanceType": { hibernationSupported: true, memorySize: 16_384 },
    "aws:ec2/getSubnets:getSubnets": { ids: ["subnet-default"] },
    "aws:ebs/getEncryptionByDefault:getEncryptionByDefault": { enabled: false },
    "aws:ebs/getDefaultKmsKey:getDefaultKmsKey": { keyArn: "alias/aws/ebs" },
    "aws:ec2/getSubnet:getSubnet": { vpcId: "vpc-1" },
    "aws:ec2/getRouteTables:getRouteTables": { ids: ["rtb-public"] },
    "aws:ec2/getRouteTable:getRouteTable": { routes: [{ gatewayId: "local" }, { gatewayId: "igw-1" }] },
    "aws:iam/getInstanceProfile:getInstanceProfile": { roleArn: `arn:aws:iam::${ACCOUNT}:role/given` },
    "aws:iam/getPrincipalPolicySimulation:getPrincipalPolicySimulation": { allAllowed: true, results: [] },
    "aws:ssm/getParameter:getParameter": { insecureValue: "ami-0fa4a" },
  };
}

function usualOutputs({ type, name, inputs }: DeclaredResource, region: string): Readonly<Record<string, unknown>> {
  const arn = `arn:aws:${type.split(":")[1]?.split("/")[0]}:${region}:${ACCOUNT}:${name}`;
  const more: Readonly<Record<string, Record<string, unknown>>> = {
    "aws:sqs/queue:Queue": { url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}` },
    "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 1 },
    "aws:kms/key:Key": { arn: `arn:aws:kms:${region}:${ACCOUNT}:key/${name}` },
    "command:local:Command": {
      stdout: `${JSON.stringify({ imageId: BAKED_IMAGE, imageIds: bakedIn(region, inputs) })}\n`,
    },
  };
  return { arn, name, ...more[type] };
}

/** The image's id in the region of the bake and in those it is copied to. */
function bakedIn(region: string, { environment }: DeclaredResource["inputs"]): Readonly<Record<string, string>> {
  const { BAKE_COPIES: copies = "" } = (environment ?? {}) as Readonly<Record<string, string>>;
  const regions = [region, ...copies.split(",").filter((one) => one !== "")];
  return Object.fromEntries(regions.map((one) => [one, BAKED_IMAGE]));
}
