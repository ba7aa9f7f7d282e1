import { compareWithBake } from "../../image/compare";
import { regionOf } from "../../image/launcher";

/** An image id means nothing in another region; only a copy of the image has an id there. */
export const regionMatchesBake = compareWithBake(
  {
    name: "region-matches-bake",
    description: "An image exists only in the region it was baked in",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html",
    remediationSteps:
      "Bake in the region of the group, or copy the image there with aws.ec2.AmiCopy and launch the copy.",
  },
  ({ launcher, origin, say }) => {
    const [runs, baked] = [regionOf(launcher), origin.region];
    const isCopied = origin.bake !== undefined && !directly(launcher, origin.bake);
    if (runs === undefined || baked === undefined || runs === baked || isCopied) return;
    const found = `launches in '${runs}' from an image that is baked in '${baked}' (${origin.source})`;
    say(launcher, found, `bake in '${runs}', or launch a copy of the image made by aws.ec2.AmiCopy`);
  },
);

type Compared = Parameters<Parameters<typeof compareWithBake>[1]>[0]["launcher"];

function directly(launcher: Compared, bake: Compared): boolean {
  return Object.values(launcher.propertyDependencies).some((sources) => sources.includes(bake));
}
