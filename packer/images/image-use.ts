import {
  AutoScalingClient,
  type AutoScalingGroup,
  type LaunchTemplateSpecification,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type LaunchTemplate,
  paginateDescribeLaunchTemplates,
} from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { instancesIn } from "../../aws/pages";

/** Tells who uses an image, as `launch configuration web-1`; undefined where nobody does. */
export type UserOf = (imageId: string) => Promise<string | undefined>;

/**
 * Who launches from which image in a region. Of a launch template those versions count that something can still start:
 * its default and its latest one, and whichever a group names, also as an override of a mixed group. The rest stand for ever
 * and are used by nobody, or by an instance, which is asked for itself.
 */
export async function imageUsers(ec2: EC2Client, region: string): Promise<UserOf> {
  const client = patientClient(AutoScalingClient, region);
  const used = new Map<string, string>();
  const named = await versionsOfGroups(client);
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates({ client: ec2 }, {})) {
    for (const template of LaunchTemplates) await addTemplate(ec2, template, named, used);
  }
  for await (const { LaunchConfigurations = [] } of paginateDescribeLaunchConfigurations({ client }, {})) {
    for (const { ImageId, LaunchConfigurationName } of LaunchConfigurations) {
      if (ImageId) used.set(ImageId, `launch configuration ${LaunchConfigurationName}`);
    }
  }
  return async (imageId) => used.get(imageId) ?? (await instanceOf(ec2, imageId));
}

async function addTemplate(
  ec2: EC2Client,
  { LaunchTemplateId: id = "", LaunchTemplateName: name = "" }: LaunchTemplate,
  named: ReadonlyMap<string, ReadonlySet<string>>,
  used: Map<string, string>,
): Promise<void> {
  const ofGroups = [...(named.get(id) ?? []), ...(named.get(name) ?? [])];
  const Versions = [...new Set(["$Default", "$Latest", ...ofGroups])];
  const answer = await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions }));
  for (const { LaunchTemplateData, VersionNumber } of answer.LaunchTemplateVersions ?? []) {
    const image = LaunchTemplateData?.ImageId;
    if (image) used.set(image, `version ${VersionNumber} of launch template ${name}`);
  }
}

/** The versions that groups name, by id or name of the launch template. */
async function versionsOfGroups(client: AutoScalingClient): Promise<Map<string, Set<string>>> {
  const named = new Map<string, Set<string>>();
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client }, {})) {
    for (const { LaunchTemplateId, LaunchTemplateName, Version } of AutoScalingGroups.flatMap(templatesOf)) {
      const template = LaunchTemplateId ?? LaunchTemplateName ?? "";
      named.set(template, (named.get(template) ?? new Set()).add(Version ?? "$Default"));
    }
  }
  return named;
}

function templatesOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup): LaunchTemplateSpecification[] {
  const { LaunchTemplateSpecification, Overrides = [] } = MixedInstancesPolicy?.LaunchTemplate ?? {};
  const overrides = Overrides.map((override) => override.LaunchTemplateSpecification);
  return [LaunchTemplate, LaunchTemplateSpecification, ...overrides].flatMap((it) => (it ? [it] : []));
}

async function instanceOf(ec2: EC2Client, imageId: string): Promise<string | undefined> {
  const Filters = [
    { Name: "image-id", Values: [imageId] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
  ];
  const id = instancesIn(await ec2.send(new DescribeInstancesCommand({ Filters })))[0]?.InstanceId;
  return id && `instance ${id}`;
}
