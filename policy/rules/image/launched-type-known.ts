import { ANY_TYPE, foreignLaunches, launchedOf, otherLaunchers } from "../../image/launched";
import { stackRule } from "../../stack/rule";

/** A type that only the update tells is compared by nobody; this rule says so. */
export const launchedTypeKnown = stackRule(
  {
    name: "launched-type-known",
    description: "An instance type that nobody knows before the update was not compared with the bake's",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
    remediationSteps:
      "State the type as plain text or configuration, not as another resource's output; review the stack that holds the " +
      "launch template together with the group.",
  },
  "all",
  (graph, say) => {
    for (const { instanceType, statedBy } of launchedOf(graph)) {
      if (instanceType === ANY_TYPE) {
        const found =
          "runs types that AWS chooses by instanceRequirements at each launch; nobody compared more of them";
        say(statedBy, `${found} with the bake's type than the architecture`, "name types in allowedInstanceTypes");
      }
      if (instanceType !== undefined) continue;
      say(statedBy, "runs an instance type that is not known before the update", "state it as plain text");
    }
    for (const { by, template } of foreignLaunches(graph)) {
      const called = template === undefined ? "a template" : `the template '${template}'`;
      const found = `launches from ${called}, which is not in this stack; nobody compared what it runs with its image's bake`;
      say(by, found, "review it in the stack that has it");
    }
    for (const other of otherLaunchers(graph)) {
      const found = `(${other.type}) takes an image or a template of this stack; nobody compared what it launches with the bake`;
      say(other, found, "compare its instance types by hand");
    }
  },
);
