import type { PolicyResource } from "@pulumi/policy";
import { imageRule, isEveryOrigin } from "../../image/compare";
import { launchesOf } from "../../image/launch";
import { templatesOf } from "../../image/launched";
import { imageOf, unknownTokens } from "../../image/launcher";
import type { Origin } from "../../image/origins";
import { besideIn, type Graph } from "../../stack/graph";
import { assign, isAbsent, read, text, UNKNOWN } from "../../stack/known";
import { STRICT } from "../../stack/rule";
import { LAUNCHERS, TYPE } from "../../stack/types";

/** What a launcher leaves open, its template, its image or the account's default may ask for: only 'optional' is certain. */
export const metadataNeedsToken = imageRule(
  {
    name: "metadata-needs-token",
    description: "Without IMDSv2, any request forged on an instance can take its role's credentials",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html",
    remediationSteps: "Set metadataOptions.httpTokens to 'required'.",
    checkov: ["CKV_AWS_79"],
    configSchema: { properties: { strict: STRICT } },
  },
  async (graph, originsOf, say) => {
    for (const launcher of graph.ofType(...LAUNCHERS)) {
      for (const where of unknownTokens(launcher.props)) say.cannotKnow(launcher, where);
    }
    const open = graph.ofType(...LAUNCHERS).filter((launcher) => leavesOpen(launcher, graph));
    const asks = ({ imdsSupport }: Origin) => imdsSupport === "v2.0";
    const images = await Promise.all(open.map((launcher) => isEveryOrigin(imageOf(launcher), originsOf, asks)));
    for (const [index, launcher] of open.entries()) {
      const stated = text(launcher.props, "metadataOptions", "httpTokens");
      if (stated !== undefined) say(launcher, `has metadataOptions.httpTokens '${stated}'`, "set it to 'required'");
      else if (images[index] !== true && !isAskedByDefault(launcher, graph)) {
        const found = "does not say whether metadata calls need a token, which then hangs on the image and the account";
        say(launcher, found, "set metadataOptions.httpTokens to 'required'", false);
      }
    }
  },
  LAUNCHERS,
  (props) => {
    if (!statesOtherwise(props)) return false;
    const options = read(props, "metadataOptions");
    if (!isAbsent(options)) return assign(options, { httpTokens: "required" });
    props.metadataOptions = { httpEndpoint: "enabled", httpTokens: "required" };
    return true;
  },
);

function statesOtherwise(props: unknown): boolean {
  const tokens = read(props, "metadataOptions", "httpTokens");
  return tokens !== UNKNOWN && tokens !== "required";
}

/** An instance has from its template what it does not state itself. */
function leavesOpen(launcher: PolicyResource, graph: Graph): boolean {
  const { props } = launcher;
  if (text(props, "metadataOptions", "httpEndpoint") === "disabled" || !statesOtherwise(props)) return false;
  if (text(props, "metadataOptions", "httpTokens") !== undefined) return true;
  const templates = launchesOf(launcher).flatMap((launch) => templatesOf(launch, graph));
  return templates.length === 0 || templates.some((template) => leavesOpen(template, graph));
}

function isAskedByDefault(launcher: PolicyResource, graph: Graph): boolean {
  const defaults = besideIn(graph, TYPE.metadataDefaults, launcher);
  return defaults.some(({ props }) => text(props, "httpTokens") === "required");
}
