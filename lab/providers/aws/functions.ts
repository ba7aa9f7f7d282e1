import * as ec2 from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Properties } from "../values";
import { outputs } from "./pascal";
import { flag, needText, objects, text, textMap, texts } from "./reading";
import type { Call } from "./resource-type";
import { plain, type Shape, unknownKeys } from "./shape";

type Lookup = (call: Call, args: Properties) => Promise<Properties>;

/** A lookup that refuses arguments it does not know. */
function knowing(token: string, shape: Shape, lookup: Lookup): Record<string, Lookup> {
  return {
    [token]: async (call, args) => {
      const [failure] = unknownKeys(token, args, { ...shape, region: true });
      if (failure) throw new Error(failure.reason);
      return lookup(call, args);
    },
  };
}

async function getRegion({ region }: Call, args: Properties): Promise<Properties> {
  const name = text(args, "region") ?? text(args, "name") ?? region;
  return { id: name, name, region: name, description: name, endpoint: `ec2.${name}.amazonaws.com` };
}

async function getCallerIdentity({ clients }: Call): Promise<Properties> {
  const { Account, Arn, UserId } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return outputs({ id: Account, accountId: Account, arn: Arn, userId: UserId });
}

async function getPartition(): Promise<Properties> {
  return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}

function filters(args: Properties): ec2.Filter[] {
  return [
    ...objects(args, "filters").map((filter) => ({ Name: needText(filter, "name"), Values: texts(filter, "values") })),
    ...Object.entries(textMap(args, "tags")).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
  ];
}

function tagMap(tags: { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

async function getAmi({ clients, region }: Call, args: Properties): Promise<Properties> {
  const request = {
    Owners: texts(args, "owners"),
    Filters: filters(args),
    ExecutableUsers: texts(args, "executableUsers"),
  };
  const answer = await clients.ec2.send(new ec2.DescribeImagesCommand(request));
  const pattern = text(args, "nameRegex");
  const found = (answer.Images ?? [])
    .filter((image) => pattern === undefined || new RegExp(pattern).test(image.Name ?? ""))
    .sort((left, right) => (right.CreationDate ?? "").localeCompare(left.CreationDate ?? ""));
  if (found.length === 0) throw new Error(`no image matches ${JSON.stringify(args)}; change the filters or the owners`);
  if (found.length > 1 && !flag(args, "mostRecent")) {
    throw new Error(`${found.length} images match ${JSON.stringify(args)}; narrow the filters or set 'mostRecent'`);
  }
  return imageOutputs(found[0], region, args);
}

function imageOutputs(image: ec2.Image, region: string, args: Properties): Properties {
  return outputs({
    ...args,
    id: image.ImageId,
    imageId: image.ImageId,
    arn: `arn:aws:ec2:${region}::image/${image.ImageId}`,
    architecture: image.Architecture,
    creationDate: image.CreationDate,
    description: image.Description,
    imageLocation: image.ImageLocation,
    name: image.Name,
    ownerId: image.OwnerId,
    platformDetails: image.PlatformDetails,
    public: image.Public,
    rootDeviceName: image.RootDeviceName,
    rootDeviceType: image.RootDeviceType,
    rootSnapshotId: image.BlockDeviceMappings?.find((disk) => disk.DeviceName === image.RootDeviceName)?.Ebs
      ?.SnapshotId,
    state: image.State,
    tags: tagMap(image.Tags),
    virtualizationType: image.VirtualizationType,
    region,
  });
}

async function getParameter({ clients, region }: Call, args: Properties): Promise<Properties> {
  const WithDecryption = flag(args, "withDecryption") ?? true;
  const { Parameter } = await clients.ssm.send(
    new GetParameterCommand({ Name: needText(args, "name"), WithDecryption }),
  );
  const { ARN: arn, Name: name, Type: type, Value: value, Version: version } = Parameter ?? {};
  const insecureValue = type === "SecureString" ? "" : value;
  return outputs({ id: name, arn, name, type, value, version, insecureValue, withDecryption: WithDecryption, region });
}

async function getSubnet({ clients, region }: Call, args: Properties): Promise<Properties> {
  const id = text(args, "id");
  const named = { availabilityZone: "availability-zone", cidrBlock: "cidr-block", state: "state", vpcId: "vpc-id" };
  const plainFilters = Object.entries(named).flatMap(([key, Name]) =>
    args[key] ? [{ Name, Values: [String(args[key])] }] : [],
  );
  const request = { SubnetIds: id === undefined ? undefined : [id], Filters: [...filters(args), ...plainFilters] };
  const found = (await clients.ec2.send(new ec2.DescribeSubnetsCommand(request))).Subnets ?? [];
  if (found.length !== 1)
    throw new Error(`${found.length} subnets match ${JSON.stringify(args)}, expected one; name its 'id'`);
  const [subnet] = found;
  return outputs({
    id: subnet.SubnetId,
    arn: subnet.SubnetArn,
    availabilityZone: subnet.AvailabilityZone,
    availabilityZoneId: subnet.AvailabilityZoneId,
    availableIpAddressCount: subnet.AvailableIpAddressCount,
    cidrBlock: subnet.CidrBlock,
    defaultForAz: subnet.DefaultForAz,
    mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
    ownerId: subnet.OwnerId,
    state: subnet.State,
    tags: tagMap(subnet.Tags),
    vpcId: subnet.VpcId,
    region,
  });
}

const FILTERS = { filters: plain("name", "values"), tags: true } as const;

/** The functions of @pulumi/aws that the lab's provider answers, by token. */
export const FUNCTIONS: Readonly<Record<string, Lookup>> = {
  ...knowing("aws:index/getRegion:getRegion", plain("endpoint", "id", "name"), getRegion),
  ...knowing("aws:index/getCallerIdentity:getCallerIdentity", plain("id"), getCallerIdentity),
  ...knowing("aws:index/getPartition:getPartition", plain("id"), getPartition),
  ...knowing(
    "aws:ec2/getAmi:getAmi",
    {
      ...plain("allowUnsafeFilter", "executableUsers", "includeDeprecated", "mostRecent", "nameRegex", "owners"),
      ...FILTERS,
    },
    getAmi,
  ),
  ...knowing("aws:ssm/getParameter:getParameter", plain("name", "withDecryption"), getParameter),
  ...knowing(
    "aws:ec2/getSubnet:getSubnet",
    {
      ...plain("availabilityZone", "availabilityZoneId", "cidrBlock", "defaultForAz", "id", "state", "vpcId"),
      ...FILTERS,
    },
    getSubnet,
  ),
};
