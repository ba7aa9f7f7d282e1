import { chefGroups, unclearBoots } from "../../stack/group-members";
import { isUnknown, list, read, text, UNKNOWN } from "../../stack/known";
import { listOf, STRICT, type Subject, stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** A group that other tools roll, such as one of ECS or EKS, may follow $Latest; one that is rolled by Chef's images may not. */
export const launchTemplateByNumber = stackRule(
  {
    name: "launch-template-by-number",
    description: "A group on $Latest or $Default neither notices a new image nor can be rolled back",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html",
    remediationSteps: "Give the template's latestVersion, as text, for the version.",
    configSchema: {
      properties: {
        strict: { ...STRICT, description: "stop also at groups that no Chef server knows" },
        allowed: listOf("names of groups that may"),
      },
    },
  },
  [TYPE.group],
  (graph, say, { allowed }) => {
    const ofChef = new Set(chefGroups(graph));
    for (const { subject, property } of unclearBoots(graph)) say.cannotKnow(subject, property);
    for (const group of graph.ofType(TYPE.group)) {
      if ((allowed as readonly string[]).includes(group.name)) continue;
      for (const { where, specification } of specificationsOf(group)) {
        const version = text(specification, "version");
        if (isUnknown(specification) || isUnknown(specification, "version")) say.cannotKnow(group, `${where}.version`);
        const isMoving = version?.startsWith("$") || read(specification, "version") === undefined;
        if (typeof specification !== "object" || !isMoving) continue;
        const found = `has ${where}.version '${version ?? "$Default"}'`;
        say(group, found, "give the number: the template's latestVersion", ofChef.has(group));
      }
    }
  },
);

function specificationsOf({ props }: Pick<Subject, "props">): { where: string; specification: unknown }[] {
  const mixed = "mixedInstancesPolicy.launchTemplate";
  const template = read(props, ...mixed.split("."));
  const overrides = list(template, "overrides").map((override, index) => ({
    where: `${mixed}.overrides[${index}].launchTemplateSpecification`,
    specification: read(override, "launchTemplateSpecification"),
  }));
  if (isUnknown(template, "overrides")) overrides.push({ where: `${mixed}.overrides`, specification: UNKNOWN });
  const common = read(template, "launchTemplateSpecification");
  return [
    { where: "launchTemplate", specification: read(props, "launchTemplate") },
    { where: `${mixed}.launchTemplateSpecification`, specification: common },
    ...overrides,
  ];
}
