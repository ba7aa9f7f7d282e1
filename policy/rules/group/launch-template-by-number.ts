import { read, text } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

const PLACES = [
  { specification: ["launchTemplate"], where: "launchTemplate.version" },
  {
    specification: ["mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification"],
    where: "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version",
  },
];

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
    for (const { specification, where } of PLACES) {
      const found = read(group.props, ...specification);
      if (typeof found !== "object") continue;
      const version = text(found, "version");
      const isMoving = version?.startsWith("$") || read(found, "version") === undefined;
      if (isMoving)
        say(group, `has ${where} '${version ?? "$Default"}'`, "give the number: the template's latestVersion");
    }
  },
);
