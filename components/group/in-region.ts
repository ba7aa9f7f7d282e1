import type * as pulumi from "@pulumi/pulumi";
import { raise, type ValidationIssue } from "../validation/issues";
import { isLater } from "../validation/outputs";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";

type Located = Pick<ChefAutoScalingGroupArgs, "availabilityZones" | "targetGroupArns" | "trafficSources">;

/** Zones and target groups in another region than the group. Values that are known only later are left to AWS. */
export function regionIssues(args: Located, region: string): ValidationIssue[] {
  const { availabilityZones, targetGroupArns, trafficSources = [] } = args;
  // The names of Local Zones and Wavelength Zones also start with the name of their region
  const zones = known(availabilityZones).filter((zone) => !zone.startsWith(region));
  const targets = known(targetGroupArns).filter((arn) => arn.split(":")[3] !== region);
  const sources = known(trafficSources.map(({ identifier }) => identifier)).filter((name) => {
    return name.startsWith("arn:") && name.split(":")[3] !== region;
  });
  const fix = "use those of the group's region, or set 'aws:region' to the other";
  return [
    ...(zones.length > 0 ? [{ property: "availabilityZones", value: zones, expected: `zones of ${region}`, fix }] : []),
    ...(targets.length > 0
      ? [{ property: "targetGroupArns", value: targets, expected: `target groups of ${region}`, fix }]
      : []),
    ...(sources.length > 0
      ? [{ property: "trafficSources", value: sources, expected: `target groups of ${region}`, fix }]
      : []),
  ];
}

/**
 * The arguments, once zones and target groups were checked to be in the group's region.
 *
 * @param subject named in the error
 */
export function inRegion<Args extends Located>(args: Args, region: pulumi.Output<string>, subject: string): Args {
  const { availabilityZones, targetGroupArns, trafficSources } = args;
  const checked = <T>(value: T) =>
    region.apply((name) => {
      raise(subject, regionIssues(args, name));
      return value;
    });
  return {
    ...args,
    ...(availabilityZones && { availabilityZones: checked(availabilityZones) }),
    ...(targetGroupArns && { targetGroupArns: checked(targetGroupArns) }),
    ...(trafficSources && {
      trafficSources: trafficSources.map((source) => ({ ...source, identifier: checked(source.identifier) })),
    }),
  };
}

function known(value: pulumi.Input<pulumi.Input<string>[]> | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => !isLater(one) && typeof one === "string") : [];
}
