import { architectureOf } from "../../../aws/instance-architecture";
import { compareTypes } from "../../image/compare";

/**
 * An image of the other architecture does not boot at all. Of what attributes let in, AWS takes types of the image's architecture.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html (CpuManufacturers)
 */
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
  ({ instanceType, architectures, statedBy }, { architecture, source }) => {
    if (architecture === undefined) return undefined;
    if (architectures !== undefined) {
      if (architectures.includes(architecture)) return undefined;
      const found = `has instanceRequirements that let in no type of ${architecture}, which its image is for (${source})`;
      return [statedBy, found, `let in types for ${architecture}, or launch them from an image of their own`];
    }
    if (instanceType === undefined) return undefined;
    const runs = architectureOf(instanceType);
    if (runs === architecture) return undefined;
    const found = `runs '${instanceType}' (${runs}) on an image for ${architecture} (${source})`;
    return [statedBy, found, `choose a type for ${architecture}, or bake with architecture '${runs}'`];
  },
  "architecture",
);
