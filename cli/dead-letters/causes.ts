/** Why a message is among the dead letters, as far as its attribute `reason` tells. */
export type CauseKind =
  | "exhausted"
  | "alive"
  | "other-group"
  | "other-account"
  | "other-instance"
  | "other-place"
  | "other-name"
  | "not-understood";

interface Cause {
  /** In words, for people. */
  readonly means: string;
  /** What to do about it. */
  readonly wayOut: string;
}

/** The causes that the reaper knows; the first whose pattern is in the reason holds. Written as `decision.ts` and `other-names.ts` of `components/reaper` and `components/chef/removal.ts` word them. */
const PATTERNS: readonly (readonly [CauseKind, RegExp])[] = [
  ["alive", /^the instance i-[0-9a-f]+ is \w/],
  ["other-group", /^the group .* is not one of this reaper's/],
  ["other-account", /^the group is of the account /],
  ["other-instance", /^the node carries the id of another instance/],
  ["other-place", /^the node ran in another (region|account)/],
  ["other-name", /^the node .* carries the instance's id, but/],
];

export const CAUSES: Readonly<Record<CauseKind, Cause>> = {
  exhausted: {
    means: "received too often without success: the Chef server or AWS failed each time",
    wayOut: "mend what fails above or in the reaper's log, then 'chef-autoscaling redrive'",
  },
  alive: {
    means: "for an instance that was not gone: nothing of it was removed",
    wayOut: "terminate the instance, or leave it; 'redrive' sends back only what is gone by now",
  },
  "other-group": {
    means: "of a group that this reaper does not look after",
    wayOut: "find out who sends it here: the topic's subscriptions, the queue's policy",
  },
  "other-account": {
    means: "a group of the same name in another account told of its instance, of which EC2 here knows nothing",
    wayOut: "let no topic of that account send here, give each group a name of its own, and remove the message",
  },
  "other-instance": {
    means: "the node of that name belongs to another instance: an image with a stale client.pem does that",
    wayOut: "bake the image without /etc/chef/client.pem, and let nodes be named after their instance",
  },
  "other-place": {
    means: "the node of that name ran in another region or account: a group there has the same name",
    wayOut: "give each group a name of its own; remove the message once the node is known to be the other's",
  },
  "other-name": {
    means: "a node of another name carries the instance's id, and it is not certain that nothing else uses it",
    wayOut: "look at it ('knife node show'); where it is left over, remove its client, its node and then the message",
  },
  "not-understood": {
    means: "no message that Auto Scaling is known to send",
    wayOut: "look at the bodies; remove what is of no use from the queue",
  },
};

/** @param reason undefined where SQS itself set the message aside, after too many receives */
export function causeOf(reason: string | undefined): CauseKind {
  if (reason === undefined) return "exhausted";
  return PATTERNS.find(([, pattern]) => pattern.test(reason))?.[0] ?? "not-understood";
}
