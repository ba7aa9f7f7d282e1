import { isAbsent } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** Auto Scaling cannot publish to a topic with AWS's own key, only with your own, so this rule is advisory. */
export const topicEncrypted = resourceRule(
  {
    name: "topic-encrypted",
    description: "Without a KMS key, SNS encrypts a topic's messages only at disk level",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html",
    remediationSteps:
      "Set kmsMasterKeyId to your own key, whose policy lets the publishers use it ('notifications.kmsKeyArn' of the group).",
    checkov: ["CKV_AWS_26"],
  },
  [TYPE.topic],
  (topic, say) => {
    if (isAbsent(topic.props, "kmsMasterKeyId")) say(topic, "has no KMS key", "set kmsMasterKeyId to your own key");
  },
);
