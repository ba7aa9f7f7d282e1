import { relative } from "node:path";
import type { Lab } from "./services/lab";
import { places } from "./services/places";
import type { StackOutputs } from "./story/lab-stack";

/** The text that `--keep` prints: commands to inspect everything that runs, ready to paste into a shell. */
export function howToLook(lab: Lab, outputs: StackOutputs): string {
  const aws = relative(process.cwd(), places.aws);
  const enter = relative(process.cwd(), places.enter);
  const runDir = relative(process.cwd(), lab.runDir);
  const { autoScalingGroupName, queueUrl } = outputs.groups.web;
  const shared = ["AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  return [
    "Everything runs. In another shell:",
    "",
    `  export ${shared.map((name) => `${name}=${lab.environment[name]}`).join(" ")}`,
    `  ${aws} autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${autoScalingGroupName}`,
    `  ${aws} cloudwatch describe-alarms --query 'MetricAlarms[].[AlarmName,StateValue]' --output table`,
    // For SQS, this CLI ignores the endpoint in the environment in favour of its own.
    `  ${aws} --endpoint-url ${lab.endpoint} sqs get-queue-attributes --queue-url ${queueUrl} --attribute-names All`,
    `  ls ${runDir}/instances                        # one folder per instance, console.log in it`,
    `  ${enter} ${runDir} INSTANCE_ID bash           # a shell inside an instance (as root)`,
    `  tail -f ${runDir}/logs/*.log                  # servers`,
    "",
    `The Chef server is ${lab.chefUrl}; its clients '${lab.keys.operator.name}' and '${lab.keys.validator.name}' have their keys in`,
    `${relative(process.cwd(), lab.keys.operator.keyFile)} and ${relative(process.cwd(), lab.keys.validator.keyFile)}.`,
    "",
    "Ctrl-C destroys the stack and stops the servers",
  ].join("\n");
}
