import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, ChefImage, type ChefImageArgs } from "../components";
import { chefIssues } from "../components/connection/chef-connection";
import { imageArchitectureIssues } from "../components/group/architecture";
import { groupSettingIssues } from "../components/group/group-validation";
import { ownLaunch } from "../components/group/image-launch";
import { regionIssues } from "../components/group/in-region";
import { imageIssues } from "../components/image/image-validation";
import { KeptImages } from "../components/image/kept-images";
import { componentNameIssues } from "../components/validation/component-name";
import { refuse, type ValidationIssue } from "../components/validation/issues";
import type { BakeConfig, FleetConfig, GroupConfig } from "./fleet-config";

/** What the program says of one group. */
export interface GroupOutputs {
  readonly autoScalingGroupName: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly reaperFunctionName: pulumi.Output<string | undefined>;
}

/** What the program says of an image that it bakes. */
export interface ImageOutputs {
  /** By region: the image's own, and those it is copied to. */
  readonly imageIds: pulumi.Output<Readonly<Record<string, string>>>;
  readonly baseImageId: pulumi.Output<string>;
  /** Of the instance that bakes. */
  readonly instanceType: pulumi.Output<string>;
  readonly architecture: pulumi.Output<string>;
  readonly fingerprint: pulumi.Output<string>;
}

export interface FleetOutputs {
  readonly imageId: pulumi.Input<string>;
  /** Undefined where a ready image is given, or another stack's. */
  readonly image?: ImageOutputs;
  readonly groups: Readonly<Record<string, GroupOutputs>>;
}

/** What is wrong with the configuration, as far as it is known before anything is asked or declared. */
export const fleetIssues: readonly ((config: FleetConfig) => ValidationIssue[])[] = [
  ({ chef }) => chefIssues(chef),
  (config) => (config.bake ? bakeIssues(imageArgs(config)) : []),
  (config) => groupsOf(config).flatMap((group) => configurationIssues(group, config)),
];

/** An image's mistakes under the names that its properties have in the configuration. */
function bakeIssues(args: ChefImageArgs): ValidationIssue[] {
  const named = (property: string) =>
    isOfStack(property) ? property : `bake.${property === "imageName" ? "name" : property}`;
  return imageIssues(args).map((issue) => ({ ...issue, property: named(issue.property) }));
}

/** One fleet, top to bottom: the image, then each group that runs it. */
export function createFleet(config: FleetConfig): FleetOutputs {
  const { imageId, image } = imageOf(config);
  const create = ({ name, args }: NamedGroup) => [name, createGroup(name, { ...args, imageId })] as const;
  const outputs = groupsOf(config).map(create);
  return { imageId, ...(image && { image }), groups: Object.fromEntries(outputs) };
}

type GroupArgs = Omit<ChefAutoScalingGroupArgs, "imageId">;

interface NamedGroup {
  readonly name: string;
  readonly args: GroupArgs;
}

function groupsOf(config: FleetConfig): NamedGroup[] {
  return Object.entries(config.groups).map(([name, group]) => ({ name, args: groupArgs(name, group, config) }));
}

function groupArgs(
  name: string,
  { min, max, desired, keepScaled, ...rest }: GroupConfig,
  { chef, permissionsBoundary }: FleetConfig,
): GroupArgs {
  const capacity = { min, max, desired, keepScaled };
  return { ...rest, groupName: `${pulumi.getStack()}-${name}`, chef, capacity, permissionsBoundary };
}

/** A group's mistakes under the names that its properties have in the configuration. */
function configurationIssues({ name, args }: NamedGroup, { imageId, bake }: FleetConfig): ValidationIssue[] {
  const region = new pulumi.Config("aws").get("region");
  const image = imageId || !bake ? undefined : (bake.architecture ?? "x86_64");
  const ofName = componentNameIssues(name).map((issue) => ({ ...issue, property: `groups.${name}` }));
  const ofArgs = [
    ...groupSettingIssues(args),
    ...(region ? regionIssues(args, region) : []),
    ...imageArchitectureIssues(ownLaunch(args), image),
  ].map((issue) => ({ ...issue, property: settingOf(name, issue.property) }));
  return [...ofName, ...ofArgs];
}

/** Sizes stand directly below a group. */
function settingOf(group: string, property: string): string {
  return isOfStack(property) ? property : `groups.${group}.${property.replace(/^capacity\./, "")}`;
}

/** The Chef server and the boundary are the stack's. */
function isOfStack(property: string): boolean {
  return /^(chef|permissionsBoundary)(\.|$)/.test(property);
}

/** A ready image, one that another stack bakes, or one that this stack bakes. */
function imageOf(config: FleetConfig): Pick<FleetOutputs, "imageId" | "image"> {
  const { imageId: given, bake } = config;
  if (given) return { imageId: bake ? keepImages(bake, given) : given };
  if (config.imageFrom) return { imageId: imageOfStack(config.imageFrom) };
  const { imageId, imageIds, baseImageId, instanceType, architecture, fingerprint } = createImage(config);
  return { imageId, image: { imageIds, baseImageId, instanceType, architecture, fingerprint } };
}

/** With a ready image the bake rests; its images are no less the stack's. */
function keepImages({ name, copies, onDestroy }: BakeConfig, imageId: string): pulumi.Output<string> {
  void pulumi.log.info(`'imageId' is given: '${name}' is not baked, and its images stay as they are`);
  return new KeptImages(name, { imageName: name, copies, onDestroy, imageId }).imageId;
}

/** Exported for its test. */
export function imageOfStack({
  stack,
  output = "imageId",
}: NonNullable<FleetConfig["imageFrom"]>): pulumi.Output<string> {
  return new pulumi.StackReference(stack).getOutput(output).apply((imageId: unknown) => {
    if (typeof imageId === "string" && imageId.startsWith("ami-")) return imageId;
    const expected = `the id of an image in output '${output}' of stack '${stack}'`;
    const fix =
      imageId === undefined
        ? `deploy it first ('pulumi up --stack ${stack}'), or name the output that holds it in 'imageFrom.output'`
        : "name the output that holds it in 'imageFrom.output'";
    return refuse("The image", { property: "imageFrom", value: imageId, expected, fix });
  });
}

function createImage(config: FleetConfig): ChefImage {
  const args = imageArgs(config);
  return new ChefImage(args.imageName, args);
}

function imageArgs({ bake, chef, permissionsBoundary }: FleetConfig): ChefImageArgs {
  const { name, ...rest } = bake as BakeConfig;
  return { ...rest, imageName: name, chef, permissionsBoundary };
}

function createGroup(name: string, args: ChefAutoScalingGroupArgs): GroupOutputs {
  const group = new ChefAutoScalingGroup(name, args);
  const { autoScalingGroupName, topicArn, queueUrl, deadLetterQueueUrl, reaperFunctionName } = group;
  return { autoScalingGroupName, topicArn, queueUrl, deadLetterQueueUrl, reaperFunctionName };
}
