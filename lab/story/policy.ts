import type { Step } from "./context";
import { bakedImages } from "./image-view";

/** An instance type that the group of the staging stack does not use. */
const otherInstanceType = "m5.large";

/** The rule in policy/ that must report a violation. */
const rule = "instance-type-matches-bake";

/** Previews the stack with the policy pack: unchanged, and with a bake on another instance type. */
export const policy: Step = {
  name: "policy",
  title: "preview under the policy pack",
  async run(context) {
    const [lab, stack] = [context.fact("lab"), context.fact("stack")];
    const passing = await stack.preview();
    if (passing.violations.length > 0) {
      throw new Error(`the staging stack was refused: ${passing.violations.join("; ")}`);
    }
    context.show(`staging passes: ${passing.creates} to create`);
    const refused = await stack.preview({ bake: { instanceType: otherInstanceType } });
    const violation = refused.violations.find((text) => text.includes(rule));
    if (!violation) {
      throw new Error(`a bake on ${otherInstanceType} was not refused by '${rule}': ${refused.violations.join("; ")}`);
    }
    await assertNothingBaked(lab);
    return `staging passes (${passing.creates} to create); a bake on ${otherInstanceType} is refused, AMI id still unknown`;
  },
};

/** The rule must decide before an AMI exists, so no preview may have baked one. */
async function assertNothingBaked(lab: Parameters<typeof bakedImages>[0]): Promise<void> {
  const images = await bakedImages(lab);
  if (images.length > 0) {
    throw new Error(`a preview baked ${images.map((image) => image.ImageId).join(", ")}`);
  }
}
