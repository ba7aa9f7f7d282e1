import { imageRule } from "../../image/compare";
import { imageProperty, launchersOf } from "../../image/launcher";
import { isUnfound, type Origins } from "../../image/origins";
import { text } from "../../known";

/** The rules that compare with a bake are silent where they cannot find it; this one says that they are. */
export const imageOriginKnown = imageRule(
  {
    name: "image-origin-known",
    description: "Where an image's bake cannot be found, nobody compared it with what runs it",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    remediationSteps:
      "Take the image from a ChefImage of the same stack, or run the review with credentials that allow ec2:DescribeImages.",
  },
  async (graph, originsOf, say) => {
    for (const launcher of launchersOf(graph)) {
      const reason = whyUnknown(await originsOf(launcher));
      if (reason === undefined) continue;
      const image = text(launcher.props, imageProperty(launcher));
      const found = `runs ${image ? `the image '${image}'` : "an image"} whose bake could not be found: ${reason}`;
      say(launcher, found, "compare the types by hand, or review with credentials for ec2:DescribeImages");
    }
  },
);

function whyUnknown(origins: Origins): string | undefined {
  if (isUnfound(origins)) return origins.reason;
  if (origins.length < 2) return origins[0]?.untold;
  return `only the update will choose among ${origins.map(({ source }) => source).join(", ")}`;
}
