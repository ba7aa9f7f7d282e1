import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

/** What launches instances, and so has an image and an instance type. */
const LAUNCHERS = ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/launchConfiguration:LaunchConfiguration"];

const BAKE = "command:local:Command";

/**
 * The instance type that bakes an image must be the type that runs it: drivers, boot mode and tuning are chosen at bake time.
 *
 * At a first preview the image id is unknown, and a policy that reads an unknown value only advises. So the rule reads
 * nothing of the sort: it follows the image id's dependencies to the bake and compares two values that the program states.
 */
export const instanceTypeMatchesBake: StackValidationPolicy = {
  name: "instance-type-matches-bake",
  description: "The instance type that bakes an image must be the one that runs it",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, reportViolation) => {
    for (const launcher of resources.filter(({ type }) => LAUNCHERS.includes(type))) {
      for (const bakedType of bakedTypes(launcher)) {
        const runs = launcher.props.instanceType as string;
        if (runs !== bakedType) reportViolation(message(launcher, runs, bakedType), launcher.urn);
      }
    }
  },
};

/** Instance types of the bakes that the image of a launch template or configuration comes from; at most one in practice. */
function bakedTypes(launcher: PolicyResource): string[] {
  return (launcher.propertyDependencies.imageId ?? [])
    .filter(({ type }) => type === BAKE)
    .map(({ props }) => (props.environment as Record<string, string> | undefined)?.BAKE_INSTANCE_TYPE)
    .filter((type): type is string => type !== undefined);
}

function message(launcher: PolicyResource, runs: string, baked: string): string {
  return (
    `'${launcher.name}' runs '${runs}' on an image that is baked on '${baked}'; ` +
    `bake and run one type: set the group's instanceType to '${baked}' or the bake's to '${runs}'`
  );
}
