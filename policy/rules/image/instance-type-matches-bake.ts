import { architectureOf } from "../../../aws/instance-architecture";
import { compareTypes } from "../../image/compare";
import { ANY_TYPE } from "../../image/launched";

/** What counts as equal, strictest first; undefined values are not compared. */
const COMPARISONS: Readonly<Record<string, (instanceType: string) => string | undefined>> = {
  exact: (instanceType) => instanceType,
  family: (instanceType) => instanceType.split(".")[0],
  architecture: architectureOf,
};

/** Drivers, boot mode and tuning are fixed at bake time. Each type of a mixed instances group counts. */
export const instanceTypeMatchesBake = compareTypes(
  {
    name: "instance-type-matches-bake",
    description: "The instance type that bakes an image must be the one that runs it",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html",
    remediationSteps:
      "Use the same instanceType for the bake and every group that runs its image; if types may differ, bake one image for " +
      "each, or set this rule's 'comparison' to 'family' or 'architecture'.",
    configSchema: {
      properties: {
        comparison: {
          type: "string",
          enum: Object.keys(COMPARISONS),
          default: "exact",
          description: "what must match: the type, its family (`m7g`) or its architecture",
        },
      },
    },
  },
  ({ instanceType, architectures, statedBy }, { instanceType: baked, source }, { comparison }) => {
    const compared = COMPARISONS[String(comparison)] ?? ((instanceType: string) => instanceType);
    if (baked === undefined || instanceType === undefined) return undefined;
    // Types that attributes allow have the image's architecture, or there are none, which the other rule finds
    if (comparison === "architecture" && architectures !== undefined) return undefined;
    const runs = compared(instanceType);
    if (runs === undefined || runs === compared(baked)) return undefined;
    const what = instanceType === ANY_TYPE ? "any type that matches its instanceRequirements" : `'${instanceType}'`;
    const fix =
      instanceType === ANY_TYPE
        ? `list the types instead, set allowedInstanceTypes to ['${baked}'], or this rule's 'comparison' to 'architecture'`
        : `bake and run one type: set its instanceType to '${baked}' or the bake's to '${instanceType}'`;
    const found = `runs ${what} on an image that is baked on '${baked}' (${source})`;
    return [statedBy, found, fix];
  },
);
