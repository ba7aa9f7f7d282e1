import { architectureOf } from "../../../aws/instance-architecture";
import { compareTypes } from "../../image/compare";
import { ANY_TYPE } from "../../image/launched";

/** What counts as the same, from the strictest; nothing is compared where it is undefined. */
const COMPARISONS: Readonly<Record<string, (instanceType: string) => string | undefined>> = {
  exact: (instanceType) => instanceType,
  family: (instanceType) => instanceType.split(".")[0],
  architecture: architectureOf,
};

/** Drivers, boot mode and tuning are chosen at bake time. Each type of a mixed group counts. */
export const instanceTypeMatchesBake = compareTypes(
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
  ({ instanceType, architectures, statedBy }, { instanceType: baked, source }, { comparison }) => {
    const compared = COMPARISONS[String(comparison)] ?? ((instanceType: string) => instanceType);
    if (baked === undefined || instanceType === undefined) return undefined;
    // What attributes let in is of the image's architecture, or is nothing: that is the other rule's
    if (comparison === "architecture" && architectures !== undefined) return undefined;
    const runs = compared(instanceType);
    if (runs === undefined || runs === compared(baked)) return undefined;
    const what = instanceType === ANY_TYPE ? "whatever type has its instanceRequirements" : `'${instanceType}'`;
    const mend =
      instanceType === ANY_TYPE
        ? `list the types instead, set allowedInstanceTypes to ['${baked}'], or this rule's 'comparison' to 'architecture'`
        : `bake and run one type: set its instanceType to '${baked}' or the bake's to '${instanceType}'`;
    const found = `runs ${what} on an image that is baked on '${baked}' (${source})`;
    return [statedBy, found, mend];
  },
);
