import { imageRule } from "../../image/compare";
import { imageUses } from "../../image/launcher";
import type { ImageUse } from "../../image/origin";
import { isUnfound, type NotKnown, type Origins } from "../../image/origins";
import { text } from "../../stack/known";

/** The rules that compare with a bake are silent if they cannot find it; this rule reports that. */
export const imageOriginKnown = imageRule(
  {
    name: "image-origin-known",
    description: "If an image's bake cannot be found, its instance type was not compared with that of its instances",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    remediationSteps:
      "Use a ChefImage of the same stack, state the bake's instance type in plain text, or run the review with " +
      "credentials that allow ec2:DescribeImages.",
  },
  async (graph, originsOf, say) => {
    const uses = imageUses(graph);
    const found = await Promise.all(uses.map(originsOf));
    for (const [index, origins] of found.entries()) {
      const { user, property, path = [property] } = uses[index] as ImageUse;
      const unknown = whyUnknown(origins);
      if (unknown === undefined) continue;
      const image = text(user.props, ...path);
      const what = image ? `the image '${image}'` : "an image";
      say(user, `runs ${what}, whose bake could not be found: ${unknown.reason}`, unknown.fix);
    }
  },
);

function whyUnknown(origins: Origins): NotKnown | undefined {
  if (isUnfound(origins)) return origins;
  if (origins.length < 2) return origins[0]?.untold;
  const sources = [
    ...new Set(origins.map(({ source, instanceType }) => `${source} (${instanceType ?? "type unknown"})`)),
  ];
  return {
    reason: `only the update will choose among ${sources.join(", ")}`,
    fix: "use a separate launch template for each image, or bake all of them on one type",
  };
}
