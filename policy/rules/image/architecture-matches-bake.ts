import { architectureOf } from "../../../aws/instance-architecture";
import { compareTypes } from "../../image/compare";
import { ANY_TYPE } from "../../image/launched";

/** An image of the other architecture does not boot at all. Types chosen by attributes alone are of the image's own. */
export const architectureMatchesBake = compareTypes(
  {
    name: "architecture-matches-bake",
    description: "An image boots only on the architecture it was baked for",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html",
    remediationSteps:
      "Choose instance types of the image's architecture, or bake for theirs: set the bake's 'architecture', base image and " +
      "instanceType together.",
  },
  ({ instanceType, statedBy }, { architecture, source }) => {
    if (architecture === undefined || instanceType === undefined || instanceType === ANY_TYPE) return undefined;
    const runs = architectureOf(instanceType);
    if (runs === architecture) return undefined;
    const found = `runs '${instanceType}' (${runs}) on an image for ${architecture} (${source})`;
    return [statedBy, found, `choose a type for ${architecture}, or bake with architecture '${runs}'`];
  },
  "architecture",
);
