import { flag, isAbsent, read, UNKNOWN } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

export const queueEncrypted = resourceRule(
  {
    name: "queue-encrypted",
    description: "A queue keeps its messages for days; they must be encrypted there",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    remediationSteps: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId to a key of yours.",
    checkov: ["CKV_AWS_27"],
  },
  [TYPE.queue],
  (queue, say) => {
    if (isPlain(queue.props)) say(queue, "is not encrypted", "set sqsManagedSseEnabled to true, or kmsMasterKeyId");
  },
  (props) => {
    if (!isPlain(props)) return false;
    props.sqsManagedSseEnabled = true;
    return true;
  },
);

function isPlain(props: unknown): boolean {
  if (!isAbsent(props, "kmsMasterKeyId")) return false;
  return read(props, "sqsManagedSseEnabled") !== UNKNOWN && flag(props, "sqsManagedSseEnabled") !== true;
}
