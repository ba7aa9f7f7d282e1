import * as ec2 from "@aws-sdk/client-ec2";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Properties } from "../values";
import { IAM_FUNCTIONS } from "./iam-functions";
import { LAUNCH_TEMPLATE_FUNCTIONS } from "./launch-template-lookup";
import { FILTERS, filters, knowing, type Lookup, tagMap } from "./lookups";
import { NETWORK_FUNCTIONS } from "./network-functions";
import { outputs } from "./pascal";
import { flag, needText, text, texts } from "./reading";
import type { Call } from "./resource-type";
import { plain } from "./shape";

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

async function getDefaultTags({ defaultTags }: Call): Promise<Properties> {
  return { id: "aws", tags: defaultTags };
}

async function getEncryptionByDefault({ clients, region }: Call): Promise<Properties> {
  const { EbsEncryptionByDefault } = await clients.ec2.send(new ec2.GetEbsEncryptionByDefaultCommand({}));
  return { id: region, enabled: EbsEncryptionByDefault ?? false, region };
}

async function getDefaultKmsKey({ clients, region }: Call): Promise<Properties> {
  const { KmsKeyId } = await clients.ec2.send(new ec2.GetEbsDefaultKmsKeyIdCommand({}));
  return outputs({ id: region, keyArn: KmsKeyId, region });
}

async function getKey({ clients, region }: Call, args: Properties): Promise<Properties> {
  const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: needText(args, "keyId") }));
  const { KeyId: id, Arn: arn, Description: description, Enabled: enabled, KeyState: keyState } = KeyMetadata ?? {};
  return outputs({ id, keyId: args.keyId, arn, description, enabled, keyState, region });
}

async function getAmi({ clients, region }: Call, args: Properties): Promise<Properties> {
  const request = {
    Owners: texts(args, "owners"),
    Filters: filters(args),
    ExecutableUsers: texts(args, "executableUsers"),
    IncludeDeprecated: flag(args, "includeDeprecated"),
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

async function getAmiIds({ clients, region }: Call, args: Properties): Promise<Properties> {
  const request = { Owners: texts(args, "owners"), Filters: filters(args) };
  const { Images = [] } = await clients.ec2.send(new ec2.DescribeImagesCommand(request));
  const sign = flag(args, "sortAscending") ? 1 : -1;
  const found = Images.sort((left, right) => sign * (left.CreationDate ?? "").localeCompare(right.CreationDate ?? ""));
  return outputs({ id: region, ids: found.map((image) => image.ImageId), region });
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

/** The functions of @pulumi/aws that the lab's provider supports, by token. */
export const FUNCTIONS: Readonly<Record<string, Lookup>> = {
  ...knowing("aws:index/getRegion:getRegion", plain("endpoint", "id", "name"), getRegion),
  ...knowing("aws:index/getCallerIdentity:getCallerIdentity", plain("id"), getCallerIdentity),
  ...knowing("aws:index/getDefaultTags:getDefaultTags", plain("id", "tags"), getDefaultTags),
  ...knowing("aws:index/getPartition:getPartition", plain("id"), getPartition),
  ...knowing(
    "aws:ec2/getAmi:getAmi",
    {
      ...plain("allowUnsafeFilter", "executableUsers", "includeDeprecated", "mostRecent", "nameRegex", "owners"),
      ...FILTERS,
    },
    getAmi,
  ),
  ...knowing("aws:ec2/getAmiIds:getAmiIds", { ...plain("owners", "sortAscending"), ...FILTERS }, getAmiIds),
  ...knowing("aws:ebs/getEncryptionByDefault:getEncryptionByDefault", {}, getEncryptionByDefault),
  ...knowing("aws:ebs/getDefaultKmsKey:getDefaultKmsKey", {}, getDefaultKmsKey),
  ...knowing("aws:ssm/getParameter:getParameter", plain("name", "withDecryption"), getParameter),
  ...NETWORK_FUNCTIONS,
  ...IAM_FUNCTIONS,
  ...LAUNCH_TEMPLATE_FUNCTIONS,
  ...knowing("aws:kms/getKey:getKey", plain("grantTokens", "keyId"), getKey),
};
