import { assign, number, read } from "../../stack/known";
import { listOf, resourceRule } from "../../stack/rule";
import { LAUNCHERS } from "../../stack/types";

/** A host of containers needs a second hop for those that use its role; so this rule advises. */
export const metadataHopLimit = resourceRule(
  {
    name: "metadata-hop-limit",
    description:
      "Metadata answers must not travel past the instance, into containers that are not meant to have its role",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html",
    remediationSteps:
      "Set metadataOptions.httpPutResponseHopLimit to 1, or this rule's 'maximum' to what your containers need.",
    checkov: ["CKV_AWS_341"],
    configSchema: {
      properties: {
        maximum: { type: "integer", minimum: 1, maximum: 64, default: 1, description: "most hops allowed" },
        allowed: listOf("names of launchers that may have more, such as hosts of containers"),
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
