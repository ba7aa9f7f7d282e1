import { flag, isAbsent, read } from "../../stack/known";
import { resourceRule, STRICT } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** SQS encrypts a new queue unless it is told not to; so only one that switches it off is plain for certain. */
export const queueEncrypted = resourceRule(
  {
    name: "queue-encrypted",
    description: "A queue keeps its messages for days; they must be encrypted there",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
    remediationSteps: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId to a key of yours.",
    checkov: ["CKV_AWS_27"],
    configSchema: { properties: { strict: STRICT } },
  },
  [TYPE.queue],
  (queue, say) => {
    const fix = "set sqsManagedSseEnabled to true, or kmsMasterKeyId";
    if (!isAbsent(queue.props, "kmsMasterKeyId")) return;
    say.ifUnknown(queue, "sqsManagedSseEnabled");
    if (flag(queue.props, "sqsManagedSseEnabled") === false) say(queue, "switches its encryption off", fix);
    else if (read(queue.props, "sqsManagedSseEnabled") === undefined) {
      say(queue, "does not say that it is encrypted, and so leaves it to SQS's default", fix, false);
    }
  },
  (props) => {
    const isUnknown = typeof read(props, "sqsManagedSseEnabled") === "symbol";
    if (isUnknown || !isAbsent(props, "kmsMasterKeyId") || flag(props, "sqsManagedSseEnabled") === true) return false;
    props.sqsManagedSseEnabled = true;
    return true;
  },
);
