import { list, number } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** Whether the function returns its failed messages is known only to its author, so this rule is advisory. */
export const batchReportsFailures = resourceRule(
  {
    name: "batch-reports-failures",
    description: "Without partial batch responses, one bad message makes its whole batch be delivered again",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    remediationSteps: "Set functionResponseTypes to ['ReportBatchItemFailures'] and answer with batchItemFailures.",
  },
  [TYPE.eventSourceMapping],
  (mapping, say) => {
    const isSingle = number(mapping.props, "batchSize") === 1;
    if (isSingle || list(mapping.props, "functionResponseTypes").includes("ReportBatchItemFailures")) return;
    say(mapping, "fails a whole batch for one message", "set functionResponseTypes to ['ReportBatchItemFailures']");
  },
);
