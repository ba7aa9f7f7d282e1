import { type DeadLetterCause, isDeadLetterCause } from "../../reaper/message/dead-letter-cause";
import { readMessage } from "../../reaper/message/message";

/**
 * Why a message is among the dead letters: the reaper's code, `exhausted` where SQS gave up on it, and `unstated` where the reaper
 * gave a reason without a code that this version knows.
 */
export type CauseKind = DeadLetterCause | "exhausted" | "unstated";

interface Cause {
  /** In words, for people. */
  readonly means: string;
  /** What to do about it. */
  readonly fix: string;
}

export const CAUSES: Readonly<Record<CauseKind, Cause>> = {
  exhausted: {
    means: "received too often without success: the Chef server or AWS failed each time",
    fix: "mend what fails above or in the reaper's log, then 'chef-autoscaling redrive'",
  },
  alive: {
    means: "for an instance that was not gone: nothing of it was removed",
    fix: "terminate the instance, or leave it; 'redrive' sends back only what is gone by now",
  },
  contradictory: {
    means:
      "it names one account, region, group or instance in one place and another in another, or is a message of two kinds: AWS sends none such",
    fix: "find out who sends it here: the topic's policy and subscriptions, the queue's policy; then remove the message",
  },
  unstated: {
    means: "set aside by a reaper of another version, for the reason that stands in its attribute 'reason'",
    fix: "'chef-autoscaling redrive' judges it once more, and sends it back or names the cause",
  },
  "other-group": {
    means: "of a group that this reaper does not look after",
    fix: "find out who sends it here: the topic's subscriptions, the queue's policy; then remove the message",
  },
  "other-account": {
    means: "a group of the same name in another account told of its instance, of which EC2 here knows nothing",
    fix: "let no topic of that account send here, give each group a name of its own, and remove the message",
  },
  "other-instance": {
    means: "the node of that name belongs to another instance: an image with a stale client.pem does that",
    fix:
      "bake the image without /etc/chef/client.pem, and let nodes be named after their instance; remove the message, and node and client " +
      "once the other instance is gone too",
  },
  "other-place": {
    means: "the group, or the node of that name, is of another region or account, where a group has the same name",
    fix: "let no topic of there send here, give each group a name of its own; remove the message once the node is known to be the other's",
  },
  "other-name": {
    means: "a node of another name carries the instance's id, and it is not certain that nothing else uses it",
    fix: "look at it ('knife node show'); where it is left over, remove its client, its node and then the message",
  },
  "not-understood": {
    means: "no message that Auto Scaling is known to send",
    fix: "look at the bodies; remove what is of no use from the queue",
  },
};

/** What the reaper wrote to a dead letter. */
export interface Written {
  readonly cause?: string;
  readonly reason?: string;
}

/** A body that leaves no room for attributes has none; what nobody understands is told by the body itself. */
export function causeOf({ cause, reason }: Written, body: string): CauseKind {
  if (isDeadLetterCause(cause)) return cause;
  if (cause !== undefined || reason !== undefined) return "unstated";
  const reading = readMessage(body);
  return reading.kind === "rejected" ? reading.cause : "exhausted";
}
