import { withReadImages } from "../../image/compare";
import { imageProperty, launchersOf } from "../../image/launcher";
import { originOf } from "../../image/origin";
import { text } from "../../known";
import { stackRule } from "../../rule";

/** The rules that compare with a bake are silent where they cannot find it; this one says that they are. */
export const imageOriginKnown = stackRule(
  withReadImages({
    name: "image-origin-known",
    description: "Where an image's bake cannot be found, nobody compared it with what runs it",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    remediationSteps:
      "Take the image from a ChefImage of the same stack, or run the review with credentials that allow ec2:DescribeImages.",
  }),
  undefined,
  async (graph, say, settings) => {
    for (const launcher of launchersOf(graph)) {
      const origin = await originOf(launcher, settings.readImages !== false);
      if (!("reason" in origin)) continue;
      const image = text(launcher.props, imageProperty(launcher));
      const found = `runs ${image ? `the image '${image}'` : "an image"} whose bake could not be found: ${origin.reason}`;
      say(launcher, found, "compare the types by hand, or review with credentials for ec2:DescribeImages");
    }
  },
);
