import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../stack/graph";
import { isAbsent, list, read, text } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

const LISTS = ["targetGroupArns", "loadBalancers", "trafficSources"];

/** EC2's own checks can be intended while instances take long to respond, so this rule is advisory. */
export const elbHealthCheck = stackRule(
  {
    name: "elb-health-check",
    description:
      "Behind a load balancer, an instance that runs but does not respond is replaced only with ELB health checks",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html",
    remediationSteps: "Set healthCheckType to 'ELB' with a grace period that is long enough for the first Chef run.",
  },
  [TYPE.group],
  (graph, say) => {
    for (const group of graph.ofType(TYPE.group)) {
      const stated = read(group.props, "healthCheckType");
      const type = stated === undefined ? "EC2" : stated;
      if (typeof type !== "string" || !isBalanced(group, graph)) continue;
      const wanted = isOfLattice(group) ? "VPC_LATTICE" : "ELB";
      if (type.includes(wanted)) continue;
      say(group, `is behind a load balancer and has healthCheckType '${type}'`, `set healthCheckType to '${wanted}'`);
    }
  },
);

/** Only VPC Lattice, which has its own check. */
function isOfLattice({ props }: PolicyResource): boolean {
  const sources = list(props, "trafficSources");
  const others = ["targetGroupArns", "loadBalancers"].some((name) => !isAbsent(props, name));
  return !others && sources.length > 0 && sources.every((source) => text(source, "type") === "vpc-lattice");
}

function isBalanced(group: PolicyResource, graph: Graph): boolean {
  if (LISTS.some((list) => !isAbsent(group.props, list))) return true;
  return [TYPE.attachment, TYPE.trafficSource].some((type) =>
    ["autoscalingGroupName", "autoscalingGroup"].some((key) => graph.users(group, type, key).length > 0),
  );
}
