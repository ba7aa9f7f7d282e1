import { compareLaunchers } from "../../image/compare";
import { unknownTokens } from "../../image/launcher";
import { text } from "../../stack/known";

/** An image that was baked for IMDSv2 states it; a launcher that allows IMDSv1 contradicts it. */
export const metadataMatchesBake = compareLaunchers(
  {
    name: "metadata-matches-bake",
    description: "An image that requires IMDSv2 must not be launched with IMDSv1 allowed",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html",
    remediationSteps: "Set metadataOptions.httpTokens to 'required' where the image is launched.",
  },
  "imdsSupport",
  (launcher, { imdsSupport, source }) => {
    if (imdsSupport !== "v2.0" || text(launcher.props, "metadataOptions", "httpTokens") !== "optional") return [];
    const found = `allows metadata calls without a token on an image with IMDS support 'v2.0' (${source})`;
    return [[launcher, found, "set metadataOptions.httpTokens to 'required'"]];
  },
  ({ props }) => unknownTokens(props),
);
