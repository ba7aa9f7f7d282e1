import type { BakeVariable } from "../../../contract/bake-environment";
import { number, text } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** A rollback and a running instance refresh still launch from the previous image. */
export const previousImageKept = resourceRule(
  {
    name: "previous-image-kept",
    description: "The previous image must be kept after the next bake, or a rollback is impossible",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html",
    remediationSteps: "Keep the bake's 'onDestroy' at 'keep', and leave out its 'keep' or set a count of at least one.",
  },
  [TYPE.command],
  (bake, say) => {
    if (text(bake.props, "environment", ON_DESTROY) === "delete") {
      say(bake, "deregisters its images when it is replaced or destroyed", "set the bake's onDestroy to 'keep'");
    }
    if (keepsNone(bake)) say(bake, "keeps no earlier image", "set the bake's keep.count to 1 or more");
  },
);

const ON_DESTROY: BakeVariable = "BAKE_ON_DESTROY";
const KEPT: readonly BakeVariable[] = ["BAKE_KEEP_COUNT", "BAKE_KEEP_DAYS"];

function keepsNone({ props }: Subject): boolean {
  const [count, days] = KEPT.map((key) => number(props, "environment", key));
  return [count, days].some((kept) => kept !== undefined) && !count && !days;
}
