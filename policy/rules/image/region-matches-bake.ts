import { compareLaunchers } from "../../image/compare";
import { regionOf } from "../../stack/graph";

/** An image id is only valid in its region; a copy has another id. */
export const regionMatchesBake = compareLaunchers(
  {
    name: "region-matches-bake",
    description: "An image exists only in the regions it was baked in or copied to",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html",
    remediationSteps:
      "Bake in the region of the group, or copy the image there with the bake's 'copies' or with aws.ec2.AmiCopy, and launch " +
      "the copy.",
  },
  "regions",
  (launcher, { regions, source }) => {
    const runs = regionOf(launcher);
    if (runs === undefined || regions === undefined || regions.includes(runs)) return [];
    const found = `launches in '${runs}' from an image that is in '${regions.join("', '")}' (${source})`;
    return [[launcher, found, `bake in '${runs}', or launch a copy of the image there`]];
  },
);
