import { assign, number, read } from "../../stack/known";
import { listOf, resourceRule } from "../../stack/rule";
import { LAUNCHERS } from "../../stack/types";

/** A container host needs a second hop for containers that use its role, so this rule is advisory. */
export const metadataHopLimit = resourceRule(
  {
    name: "metadata-hop-limit",
    description: "Metadata responses must not reach containers that are not meant to use the instance's role",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html",
    remediationSteps:
      "Set metadataOptions.httpPutResponseHopLimit to 1, or this rule's 'maximum' to what your containers need.",
    checkov: ["CKV_AWS_341"],
    configSchema: {
      properties: {
        maximum: { type: "integer", minimum: 1, maximum: 64, default: 1, description: "maximum hop limit" },
        allowed: listOf(
          "names of launch templates, launch configurations and instances that may have more, such as container hosts",
        ),
      },
    },
  },
  LAUNCHERS,
  (launcher, say, { maximum, allowed }) => {
    const hops = hopsOf(launcher.props);
    if (hops === undefined || hops <= Number(maximum)) return;
    if ((allowed as readonly string[]).includes(launcher.name)) return;
    say(launcher, `has metadataOptions.httpPutResponseHopLimit ${hops}`, `set it to at most ${maximum}`);
  },
  (props, { maximum }) => {
    if ((hopsOf(props) ?? 0) <= Number(maximum)) return false;
    return assign(read(props, "metadataOptions"), { httpPutResponseHopLimit: Number(maximum) });
  },
);

function hopsOf(props: unknown): number | undefined {
  return number(props, "metadataOptions", "httpPutResponseHopLimit");
}
