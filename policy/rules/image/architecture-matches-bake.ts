import { architectureOf } from "../../../aws/instance-architecture";
import { compareTypes } from "../../image/compare";

/**
 * An image of the other architecture does not boot at all. With attribute-based selection, AWS chooses types of the image's architecture.
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
      "Choose instance types of the image's architecture, or bake for theirs by setting the bake's 'architecture', base image and " +
      "instanceType together.",
  },
  ({ instanceType, architectures, statedBy }, { architecture, source }) => {
    if (architecture === undefined) return undefined;
    if (architectures !== undefined) {
      if (architectures.includes(architecture)) return undefined;
      const found = `has instanceRequirements that allow no type of ${architecture}, the architecture of its image (${source})`;
      return [statedBy, found, `allow types of ${architecture}, or launch them from a separate image`];
    }
    if (instanceType === undefined) return undefined;
    const runs = architectureOf(instanceType);
    if (runs === architecture) return undefined;
    const found = `runs '${instanceType}' (${runs}) on an image for ${architecture} (${source})`;
    return [statedBy, found, `choose a type for ${architecture}, or bake with architecture '${runs}'`];
  },
  "architecture",
);
