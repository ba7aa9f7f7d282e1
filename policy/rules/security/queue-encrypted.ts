import { flag, isAbsent, read } from "../../stack/known";
import { resourceRule, STRICT } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** SQS encrypts a new queue by default, so only one that turns this off is certainly unencrypted. */
export const queueEncrypted = resourceRule(
  {
    name: "queue-encrypted",
    description: "A queue stores its messages for days, so they must be encrypted",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
    remediationSteps: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId to your own key.",
    checkov: ["CKV_AWS_27"],
    configSchema: { properties: { strict: STRICT } },
  },
  [TYPE.queue],
  (queue, say) => {
    const fix = "set sqsManagedSseEnabled to true, or kmsMasterKeyId";
    if (!isAbsent(queue.props, "kmsMasterKeyId")) return;
    say.ifUnknown(queue, "sqsManagedSseEnabled");
    if (flag(queue.props, "sqsManagedSseEnabled") === false) say(queue, "turns off encryption", fix);
    else if (read(queue.props, "sqsManagedSseEnabled") === undefined) {
      say(queue, "does not set encryption, and so relies on SQS's default", fix, false);
    }
  },
  (props) => {
    const isUnknown = typeof read(props, "sqsManagedSseEnabled") === "symbol";
    if (isUnknown || !isAbsent(props, "kmsMasterKeyId") || flag(props, "sqsManagedSseEnabled") === true) return false;
    props.sqsManagedSseEnabled = true;
    return true;
  },
);
