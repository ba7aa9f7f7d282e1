import * as sdk from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs, pascal, pick } from "./pascal";
import { count, flag, needText, objects, text, textMap } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain, type Shape } from "./shape";
import { droppedTags, liveTags, tagList } from "./tags";

/** Properties of a version of the template. */
const DATA: Shape = {
  ...plain("disableApiStop", "disableApiTermination", "ebsOptimized", "imageId", "instanceInitiatedShutdownBehavior"),
  ...plain("instanceType", "kernelId", "keyName", "ramDiskId", "securityGroupNames", "userData", "vpcSecurityGroupIds"),
  blockDeviceMappings: {
    ...plain("deviceName", "noDevice", "virtualName"),
    ebs: plain(
      "deleteOnTermination",
      "encrypted",
      "iops",
      "kmsKeyId",
      "snapshotId",
      "throughput",
      "volumeSize",
      "volumeType",
    ),
  },
  cpuOptions: plain("amdSevSnp", "coreCount", "threadsPerCore"),
  creditSpecification: plain("cpuCredits"),
  enclaveOptions: plain("enabled"),
  hibernationOptions: plain("configured"),
  iamInstanceProfile: plain("arn", "name"),
  instanceMarketOptions: {
    marketType: true,
    spotOptions: plain(
      "blockDurationMinutes",
      "instanceInterruptionBehavior",
      "maxPrice",
      "spotInstanceType",
      "validUntil",
    ),
  },
  maintenanceOptions: plain("autoRecovery"),
  metadataOptions: plain(
    "httpEndpoint",
    "httpProtocolIpv6",
    "httpPutResponseHopLimit",
    "httpTokens",
    "instanceMetadataTags",
  ),
  monitoring: plain("enabled"),
  networkInterfaces: {
    ...plain("associatePublicIpAddress", "deleteOnTermination", "description", "deviceIndex", "interfaceType"),
    ...plain("networkInterfaceId", "privateIpAddress", "securityGroups", "subnetId"),
  },
  placement: plain("affinity", "availabilityZone", "groupName", "hostId", "partitionNumber", "spreadDomain", "tenancy"),
  privateDnsNameOptions: plain("enableResourceNameDnsARecord", "enableResourceNameDnsAaaaRecord", "hostnameType"),
  tagSpecifications: plain("resourceType", "tags"),
};

const DATA_KEYS = Object.keys(DATA);

/** `aws:ec2/launchTemplate:LaunchTemplate`. A change of these properties creates a new version. */
export const launchTemplate: ResourceType = {
  inputs: { ...DATA, ...plain("defaultVersion", "description", "name", "namePrefix", "tags", "updateDefaultVersion") },
  replaces: ["name", "namePrefix"],
  automaticName: {},
  computed: ["arn", "latestVersion", "defaultVersion"],
  recomputed(changed) {
    return changed.some((key) => key === "description" || DATA_KEYS.includes(key))
      ? ["latestVersion", "defaultVersion"]
      : [];
  },
  async create(call, inputs) {
    const tags = tagList(inputs);
    const answer = await call.clients.ec2.send(
      new sdk.CreateLaunchTemplateCommand({
        LaunchTemplateName: needText(inputs, "name"),
        VersionDescription: text(inputs, "description"),
        LaunchTemplateData: data(inputs),
        TagSpecifications: tags.length === 0 ? undefined : [{ ResourceType: "launch-template", Tags: tags }],
      }),
    );
    return needText(outputs({ ...answer.LaunchTemplate }), "LaunchTemplateId");
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    if (changed("description", ...DATA_KEYS)) await addVersion(call, id, inputs);
    else if (changed("defaultVersion")) await setDefault(call, id, count(inputs, "defaultVersion"));
    if (!changed("tags", "tagsAll")) return;
    const dropped = droppedTags(oldInputs, inputs).map((Key) => ({ Key }));
    if (dropped.length > 0) await call.clients.ec2.send(new sdk.DeleteTagsCommand({ Resources: [id], Tags: dropped }));
    const Tags = tagList(inputs);
    if (Tags.length > 0) await call.clients.ec2.send(new sdk.CreateTagsCommand({ Resources: [id], Tags }));
  },
  async read(call, id, inputs) {
    const request = new sdk.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    const found = (await unlessGone(call.clients.ec2.send(request)))?.LaunchTemplates?.[0];
    if (found === undefined) return undefined;
    const account = (await ownAccount(call)) ?? "";
    return outputs({
      arn: `arn:aws:ec2:${call.region}:${account}:launch-template/${id}`,
      name: found.LaunchTemplateName,
      latestVersion: found.LatestVersionNumber,
      defaultVersion: found.DefaultVersionNumber,
      ...(await latestData(call, id, found.LatestVersionNumber, inputs)),
      ...liveTags(Object.fromEntries((found.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])), inputs),
    });
  },
  async delete(call, id) {
    await unlessGone(call.clients.ec2.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateId: id })));
  },
};

/** Plain values to read from the latest version, as the original does, since it may have been created by hand. Nested values are not read. */
const READ = ["imageId", "instanceType", "keyName", "userData"] as const;

async function latestData(call: Call, id: string, latest: number | undefined, inputs: Properties): Promise<Properties> {
  const request = { LaunchTemplateId: id, Versions: [String(latest)] };
  const { LaunchTemplateVersions = [] } = await call.clients.ec2.send(
    new sdk.DescribeLaunchTemplateVersionsCommand(request),
  );
  const [version] = LaunchTemplateVersions;
  const live = { ...version?.LaunchTemplateData } as Record<string, unknown>;
  const read = READ.map((key) => [key, live[`${key.charAt(0).toUpperCase()}${key.slice(1)}`]] as const);
  const given = [...read, ["description", version?.VersionDescription] as const].filter(
    ([key]) => inputs[key] !== undefined,
  );
  return outputs(Object.fromEntries(given));
}

async function addVersion(call: Call, id: string, inputs: Properties): Promise<void> {
  const answer = await call.clients.ec2.send(
    new sdk.CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: id,
      VersionDescription: text(inputs, "description"),
      LaunchTemplateData: data(inputs),
    }),
  );
  const made = answer.LaunchTemplateVersion?.VersionNumber;
  await setDefault(call, id, flag(inputs, "updateDefaultVersion") ? made : count(inputs, "defaultVersion"));
}

async function setDefault(call: Call, LaunchTemplateId: string, version: number | undefined): Promise<void> {
  if (version === undefined) return;
  await call.clients.ec2.send(
    new sdk.ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: String(version) }),
  );
}

function data(inputs: Properties): sdk.RequestLaunchTemplateData {
  const { tagSpecifications: _, ...given } = pick(inputs, ...DATA_KEYS);
  const specifications = objects(inputs, "tagSpecifications");
  return {
    ...pascal<sdk.RequestLaunchTemplateData>(given, {
      rename: {
        vpcSecurityGroupIds: "SecurityGroupIds",
        securityGroupNames: "SecurityGroups",
        securityGroups: "Groups",
      },
      flags: ["ebsOptimized", "deleteOnTermination", "encrypted", "associatePublicIpAddress"],
    }),
    TagSpecifications: specifications.length === 0 ? undefined : specifications.map(tagSpecification),
  };
}

function tagSpecification(given: Properties): sdk.LaunchTemplateTagSpecificationRequest {
  const Tags = Object.entries(textMap(given, "tags")).map(([Key, Value]) => ({ Key, Value }));
  return { ResourceType: text(given, "resourceType") as sdk.ResourceType | undefined, Tags };
}

async function ownAccount(call: Call): Promise<string | undefined> {
  return (await call.clients.sts.send(new GetCallerIdentityCommand({}))).Account;
}
