import { type DeadLetterCause, isDeadLetterCause } from "../../reaper/message/dead-letter-cause";
import { readMessage } from "../../reaper/message/message";

/**
 * Why a message is in the dead-letter queue: the reaper's code, `exhausted` if SQS moved it after `maxReceiveCount`, or `unstated` if the
 * reaper gave a reason without a code that this version knows.
 */
export type CauseKind = DeadLetterCause | "exhausted" | "unstated";

interface Cause {
  /** Explanation, for people. */
  readonly means: string;
  /** What to do about it. */
  readonly fix: string;
}

export const CAUSES: Readonly<Record<CauseKind, Cause>> = {
  exhausted: {
    means: "received too often without success: the Chef server or AWS failed each time",
    fix: "fix the failures shown above or in the reaper's log, then run 'chef-autoscaling redrive'",
  },
  alive: {
    means: "the instance was not terminated, so nothing was removed",
    fix: "terminate the instance, or leave it running; 'redrive' only sends back messages of instances that are terminated",
  },
  contradictory: {
    means:
      "its parts name different accounts, regions, groups or instances, or it is a message of two kinds; AWS does not send such messages",
    fix: "find out who sends it: check the topic's policy and subscriptions and the queue's policy; then remove the message",
  },
  unstated: {
    means: "set aside by another version of the reaper, for the reason in its attribute 'reason'",
    fix: "run 'chef-autoscaling redrive', which evaluates it again and sends it back or names the cause",
  },
  "other-group": {
    means: "it belongs to a group that is not one of this reaper's",
    fix: "find out who sends it: check the topic's subscriptions and the queue's policy; then remove the message",
  },
  "other-account": {
    means: "it was sent by a group of the same name in another account, whose instances EC2 does not know in this one",
    fix: "stop that account's topics from sending here, give each group a unique name, and remove the message",
  },
  "other-instance": {
    means:
      "the node of that name belongs to another instance, for example because the image contains a stale client.pem",
    fix:
      "bake the image without /etc/chef/client.pem, and name nodes after their instance; remove the message, and also node and client " +
      "once the other instance is terminated too",
  },
  "other-place": {
    means: "the group, or the node of that name, is in another region or account, where a group has the same name",
    fix: "stop topics of that region or account from sending here, and give each group a unique name; remove the message once you know that the node belongs to the other group",
  },
  "other-name": {
    means: "a node with another name carries the instance's id, and something else may still use it",
    fix: "check it ('knife node show'); if it is left over, remove its client, its node and then the message",
  },
  "not-understood": {
    means: "it is not a message that Auto Scaling is known to send",
    fix: "look at the message bodies; remove useless messages from the queue",
  },
};

/** What the reaper added to a dead letter. */
export interface Written {
  readonly cause?: string;
  readonly reason?: string;
}

/** A body that leaves no room for attributes has none; a message that was not understood is described by the body itself. */
export function causeOf({ cause, reason }: Written, body: string): CauseKind {
  if (isDeadLetterCause(cause)) return cause;
  if (cause !== undefined || reason !== undefined) return "unstated";
  const reading = readMessage(body);
  return reading.kind === "rejected" ? reading.cause : "exhausted";
}
