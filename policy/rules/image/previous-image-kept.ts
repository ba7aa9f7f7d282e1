import { bakeSpec, isBake } from "../../image/origin";
import { flag } from "../../known";
import { stackRule } from "../../rule";
import { TYPE } from "../../types";

/** A rollback and an instance refresh under way still launch from the image before. */
export const previousImageKept = stackRule(
  {
    name: "previous-image-kept",
    description: "The image before must outlive the next bake, or a rollback has nothing to go back to",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html",
    remediationSteps: "Leave the bake's 'onDestroy' at 'keep' and let a lifecycle policy remove old images later.",
  },
  TYPE.command,
  (graph, say) => {
    for (const bake of graph.ofType(TYPE.command).filter(isBake)) {
      if (flag(bakeSpec(bake), "keepOnDestroy") !== false) continue;
      say(bake, "deregisters its image when it is replaced or destroyed", "set the bake's onDestroy to 'keep'");
    }
  },
);
