import { compareWithBake } from "../../image/compare";
import { architectureOf } from "../../image/instance-family";
import { launchedTypes } from "../../image/launcher";

/** An image of the other architecture does not boot at all. */
export const architectureMatchesBake = compareWithBake(
  {
    name: "architecture-matches-bake",
    description: "An image boots only on the architecture it was baked for",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-instance-types.html",
    remediationSteps:
      "Choose instance types of the image's architecture, or bake for theirs: set the bake's 'architecture', base image and " +
      "instanceType together.",
  },
  ({ launcher, origin, graph, say }) => {
    const { architecture, source } = origin;
    if (architecture === undefined) return;
    for (const { instanceType, statedBy } of launchedTypes(launcher, graph)) {
      const runs = architectureOf(instanceType);
      if (runs === architecture) continue;
      const found = `runs '${instanceType}' (${runs}) on an image for ${architecture} (${source})`;
      say(statedBy, found, `choose a type for ${architecture}, or bake with architecture '${runs}'`);
    }
  },
);
