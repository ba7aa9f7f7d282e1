import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, ChefImage } from "../components";
import type { BakeConfig, FleetConfig, GroupConfig } from "./schema";

/** What the program says of one group. */
export interface GroupOutputs {
  readonly autoScalingGroupName: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly reaperFunctionName: pulumi.Output<string | undefined>;
}

export interface FleetOutputs {
  readonly imageId: pulumi.Input<string>;
  readonly groups: Readonly<Record<string, GroupOutputs>>;
}

/** One fleet, top to bottom: the image, then each group that runs it. */
export function createFleet(config: FleetConfig): FleetOutputs {
  const imageId = config.imageId ?? createImage(config).imageId;
  const groups = Object.entries(config.groups).map(([name, group]) => {
    const { autoScalingGroupName, topicArn, queueUrl, deadLetterQueueUrl, reaperFunctionName } = createGroup(
      name,
      group,
      config,
      imageId,
    );
    return [name, { autoScalingGroupName, topicArn, queueUrl, deadLetterQueueUrl, reaperFunctionName }] as const;
  });
  return { imageId, groups: Object.fromEntries(groups) };
}

function createImage({ bake, chef }: FleetConfig): ChefImage {
  const { name, ...rest } = bake as BakeConfig;
  return new ChefImage(name, { ...rest, imageName: name, chef });
}

function createGroup(name: string, group: GroupConfig, { chef }: FleetConfig, imageId: pulumi.Input<string>) {
  const { min, max, desired, ...rest } = group;
  return new ChefAutoScalingGroup(name, {
    ...rest,
    groupName: `${pulumi.getStack()}-${name}`,
    imageId,
    chef,
    capacity: { min, max, desired },
  });
}
