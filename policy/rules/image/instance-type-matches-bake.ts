import { compareWithBake } from "../../image/compare";
import { architectureOf, familyOf } from "../../image/instance-family";
import { launchedTypes } from "../../image/launcher";

/** What counts as the same, from the strictest. */
const COMPARISONS: Readonly<Record<string, (instanceType: string) => string>> = {
  exact: (instanceType) => instanceType,
  family: familyOf,
  architecture: architectureOf,
};

/** Drivers, boot mode and tuning are chosen at bake time. Each type of a mixed group counts. */
export const instanceTypeMatchesBake = compareWithBake(
  {
    name: "instance-type-matches-bake",
    description: "The instance type that bakes an image must be the one that runs it",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html",
    remediationSteps:
      "Give the bake and every group that runs its image the same instanceType; where types may differ, bake one image for " +
      "each, or set this rule's 'comparison' to 'family' or 'architecture'.",
    configSchema: {
      properties: {
        comparison: {
          type: "string",
          enum: Object.keys(COMPARISONS),
          default: "exact",
          description: "what must be the same: the type, its family (`m7g`) or its architecture",
        },
      },
    },
  },
  ({ launcher, origin, graph, say, settings }) => {
    const { instanceType: baked, source } = origin;
    const same = COMPARISONS[String(settings.comparison)] ?? ((instanceType: string) => instanceType);
    if (baked === undefined) return;
    for (const { instanceType, statedBy } of launchedTypes(launcher, graph)) {
      if (same(instanceType) === same(baked)) continue;
      const found = `runs '${instanceType}' on an image that is baked on '${baked}' (${source})`;
      say(
        statedBy,
        found,
        `bake and run one type: set its instanceType to '${baked}' or the bake's to '${instanceType}'`,
      );
    }
  },
);
