import { stackRule } from "../stack/rule";
import { allUnjudged, type Unjudged } from "../stack/unjudged";

/** Maximum number of resources that are named per rule, since the line is read in a pull request. */
const NAMED = 3;

/** Reports, in one line, what mandatory rules could not check. It is the last rule. */
export const propertiesKnown = stackRule(
  {
    name: "properties-known",
    description:
      "Values that are unknown before the update were not checked; the next preview, when they are known, checks them",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
    remediationSteps:
      "Review again once the resources exist, and give policy documents as objects, so that only parts of them are unknown.",
  },
  "all",
  (_, say) => {
    const all = allUnjudged();
    const [first] = all;
    if (first === undefined) return;
    const found = `and others have properties that are unknown before the update and were not checked: ${listed(all)}`;
    const only = all.every(({ subject }) => subject.urn === first.subject.urn);
    say(
      { type: "", props: {}, ...first.subject },
      only ? found.replace("and others have", "has") : found,
      "review again when they are known, or use plain values",
    );
  },
);

/** `least-privilege (policy of 'web', policy of 'api'), …` */
function listed(all: readonly Unjudged[]): string {
  const rules = [...new Set(all.map(({ rule }) => rule))].sort();
  return rules
    .map((rule) => {
      const of = all
        .filter((one) => one.rule === rule)
        .map(({ subject, property }) => `${property} of '${subject.name}'`);
      const more = of.length > NAMED ? [`${of.length - NAMED} more`] : [];
      return `${rule} (${[...of.slice(0, NAMED), ...more].join(", ")})`;
    })
    .join(", ");
}
