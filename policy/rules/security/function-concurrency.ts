import { number } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { isCalledOnSchedule } from "../../stack/schedule";
import { TYPE } from "../../stack/types";

/** A limit on every event source limits the function as well. */
export const functionConcurrency = stackRule(
  {
    name: "function-concurrency",
    description:
      "A function without a limit can use up the account's concurrency and overload the server that it calls",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    remediationSteps:
      "Set reservedConcurrentExecutions, or scalingConfig.maximumConcurrency of each event source mapping.",
    checkov: ["CKV_AWS_115"],
  },
  [TYPE.function],
  (graph, say) => {
    for (const lambda of graph.ofType(TYPE.function)) {
      const sources = graph.users(lambda, TYPE.eventSourceMapping, "functionName");
      const areBound = sources.every(({ props }) => number(props, "scalingConfig", "maximumConcurrency") !== undefined);
      const reserved = number(lambda.props, "reservedConcurrentExecutions");
      const isCalled = sources.length > 0 || isCalledOnSchedule(lambda, graph);
      const isBound = (reserved !== undefined && reserved >= 0) || (isCalled && areBound);
      if (!isBound) say(lambda, "has no concurrency limit", "set reservedConcurrentExecutions");
    }
  },
);
