import * as sdk from "@aws-sdk/client-ec2";
import type { Properties, Value } from "../values";
import { knowing, type Lookup, tagMap } from "./lookups";
import { outputs } from "./pascal";
import { text } from "./reading";
import type { Call } from "./resource-type";
import { plain } from "./shape";

/** Blocks in the original's schema, each with the empty value that it has if a template does not set it. */
const BLOCKS: Readonly<Record<string, readonly [of: keyof sdk.ResponseLaunchTemplateData, empty: Properties]>> = {
  capacityReservationSpecifications: [
    "CapacityReservationSpecification",
    { capacityReservationPreference: "", capacityReservationTargets: [] },
  ],
  cpuOptions: ["CpuOptions", { amdSevSnp: "", coreCount: 0, nestedVirtualization: "", threadsPerCore: 0 }],
  creditSpecifications: ["CreditSpecification", { cpuCredits: "" }],
  enclaveOptions: ["EnclaveOptions", { enabled: false }],
  hibernationOptions: ["HibernationOptions", { configured: false }],
  iamInstanceProfiles: ["IamInstanceProfile", { arn: "", name: "" }],
  maintenanceOptions: ["MaintenanceOptions", { autoRecovery: "" }],
  metadataOptions: [
    "MetadataOptions",
    { httpEndpoint: "", httpProtocolIpv6: "", httpPutResponseHopLimit: 0, httpTokens: "", instanceMetadataTags: "" },
  ],
  monitorings: ["Monitoring", { enabled: false }],
  placements: [
    "Placement",
    {
      ...{ affinity: "", availabilityZone: "", groupId: "", groupName: "", hostId: "", hostResourceGroupArn: "" },
      ...{ partitionNumber: 0, spreadDomain: "", tenancy: "" },
    },
  ],
  privateDnsNameOptions: [
    "PrivateDnsNameOptions",
    { enableResourceNameDnsARecord: false, enableResourceNameDnsAaaaRecord: false, hostnameType: "" },
  ],
};

/**
 * Reads the latest version, even if another one is the default, since the original does the same.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws, internal/service/ec2/ec2_launch_template_data_source.go
 */
async function getLaunchTemplate({ clients, region }: Call, args: Properties): Promise<Properties> {
  const [id, name] = [text(args, "id"), text(args, "name")];
  const request = { LaunchTemplateIds: id ? [id] : undefined, LaunchTemplateNames: name ? [name] : undefined };
  const { LaunchTemplates: [found, ...others] = [] } = await clients.ec2.send(
    new sdk.DescribeLaunchTemplatesCommand(request),
  );
  if (!found || others.length > 0)
    throw new Error(`not exactly one EC2 Launch Template matches ${JSON.stringify(args)}`);
  const Versions = [String(found.LatestVersionNumber)];
  const { LaunchTemplateVersions: [version] = [] } = await clients.ec2.send(
    new sdk.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: found.LaunchTemplateId, Versions }),
  );
  return outputs({
    id: found.LaunchTemplateId,
    arn: `arn:aws:ec2:${region}:123456789012:launch-template/${found.LaunchTemplateId}`,
    name: found.LaunchTemplateName,
    latestVersion: found.LatestVersionNumber,
    defaultVersion: found.DefaultVersionNumber,
    description: version?.VersionDescription ?? "",
    tags: tagMap(found.Tags),
    region,
    ...dataOf(version?.LaunchTemplateData ?? {}),
  });
}

function dataOf(data: sdk.ResponseLaunchTemplateData): Properties {
  const blocks = Object.entries(BLOCKS).map(([name, [of, empty]]) => {
    const given = data[of];
    return [name, given === undefined ? [] : [{ ...empty, ...(camel(given as Value) as Properties) }]];
  });
  return outputs({
    ...Object.fromEntries(blocks),
    blockDeviceMappings: camel((data.BlockDeviceMappings ?? []) as unknown as Value),
    disableApiStop: data.DisableApiStop ?? false,
    disableApiTermination: data.DisableApiTermination ?? false,
    ebsOptimized: data.EbsOptimized === undefined ? "" : String(data.EbsOptimized),
    imageId: data.ImageId ?? "",
    instanceInitiatedShutdownBehavior: data.InstanceInitiatedShutdownBehavior ?? "",
    instanceMarketOptions: data.InstanceMarketOptions ? [camel(data.InstanceMarketOptions as unknown as Value)] : [],
    instanceType: data.InstanceType ?? "",
    kernelId: data.KernelId ?? "",
    keyName: data.KeyName ?? "",
    licenseSpecifications: camel((data.LicenseSpecifications ?? []) as unknown as Value),
    networkInterfaces: camel((data.NetworkInterfaces ?? []) as unknown as Value),
    ramDiskId: data.RamDiskId ?? "",
    securityGroupNames: data.SecurityGroups ?? [],
    userData: data.UserData ?? "",
    vpcSecurityGroupIds: data.SecurityGroupIds ?? [],
  });
}

function camel(value: Value): Value {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [`${key.charAt(0).toLowerCase()}${key.slice(1)}`, camel(member)]),
  );
}

/** The launch template functions of @pulumi/aws, by token. */
export const LAUNCH_TEMPLATE_FUNCTIONS: Readonly<Record<string, Lookup>> = knowing(
  "aws:ec2/getLaunchTemplate:getLaunchTemplate",
  plain("id", "name"),
  getLaunchTemplate,
);
