import { list, read, text } from "../../known";
import { resourceRule, type Subject } from "../../rule";
import { TYPE } from "../../types";

export const launchTemplateByNumber = resourceRule(
  {
    name: "launch-template-by-number",
    description: "A group on $Latest or $Default neither notices a new image nor can be rolled back",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html",
    remediationSteps: "Give the template's latestVersion, as text, for the version.",
  },
  [TYPE.group],
  (group, say) => {
    for (const { where, specification } of specificationsOf(group)) {
      if (typeof specification !== "object") continue;
      const version = text(specification, "version");
      const isMoving = version?.startsWith("$") || read(specification, "version") === undefined;
      if (!isMoving) continue;
      say(group, `has ${where}.version '${version ?? "$Default"}'`, "give the number: the template's latestVersion");
    }
  },
);

function specificationsOf({ props }: Subject): { where: string; specification: unknown }[] {
  const mixed = "mixedInstancesPolicy.launchTemplate";
  const template = read(props, ...mixed.split("."));
  const overrides = list(template, "overrides").map((override, index) => ({
    where: `${mixed}.overrides[${index}].launchTemplateSpecification`,
    specification: read(override, "launchTemplateSpecification"),
  }));
  const common = read(template, "launchTemplateSpecification");
  return [
    { where: "launchTemplate", specification: read(props, "launchTemplate") },
    { where: `${mixed}.launchTemplateSpecification`, specification: common },
    ...overrides,
  ];
}
