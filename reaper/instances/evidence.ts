import type { ChefNode } from "../../chef/client";
import { convergedAt, ec2Text, regionOfNode } from "../../chef/node-place";
import { usedElsewhere } from "../../chef/removal";
import type { GroupFacts } from "./group-facts";

/** Evidence about an instance that EC2 does not know: that it belonged to the group, and is gone. */
export interface Evidence {
  readonly instanceId: string;
  /** Time of the group's last scaling activity for it, milliseconds since 1970; undefined if there is none. */
  readonly lastSeen: number | undefined;
  /** Undefined if the Chef server has only a client. */
  readonly node: ChefNode | undefined;
}

export type Verdict =
  | { readonly verdict: "remove" }
  /** `recent` is counted with recently terminated instances. */
  | { readonly verdict: "recent" | "kept" | "foreign"; readonly why: string };

/** Chef's client runs every half hour, with some splay: a node that converged this recently belongs to something alive. */
export const LIVES_SECONDS = 3600;

const REMOVE: Verdict = { verdict: "remove" };

/**
 * Evaluates an instance that EC2 does not know. That alone proves nothing: a group of the same name in another region or account would look
 * the same. Either the group's scaling activities name the instance, or the node reports this region and account. Pure.
 */
export function judge(evidence: Evidence, facts: GroupFacts, now: number, graceSeconds: number): Verdict {
  const since = now - graceSeconds * 1000;
  const { node, lastSeen, instanceId } = evidence;
  const elsewhere = usedElsewhere(node, { instanceId, ...facts });
  if (elsewhere) {
    return { verdict: "foreign", why: elsewhere.reason };
  }
  const converged = node && convergedAt(node);
  if (converged !== undefined && converged > since) {
    return {
      verdict: "kept",
      why: "EC2 does not know the instance, but something converged under this node name within the grace time",
    };
  }
  if (lastSeen !== undefined) {
    return lastSeen <= since
      ? REMOVE
      : { verdict: "recent", why: "the group has a scaling activity for the instance within the grace time" };
  }
  if (node === undefined) {
    return {
      verdict: "kept",
      why: `neither EC2 nor the group's scaling activities know the instance, and a client has no information about it; ${BY_HAND}`,
    };
  }
  if (regionOfNode(node) === undefined || ec2Text(node, "account_id") === undefined || converged === undefined) {
    return {
      verdict: "kept",
      why: `neither EC2 nor the group's scaling activities know the instance, and the node does not report where and when it ran; ${BY_HAND}`,
    };
  }
  if (converged > now - LIVES_SECONDS * 1000) {
    return {
      verdict: "kept",
      why: "neither EC2 nor the group's scaling activities know the instance, but something converged under this node name within the last hour",
    };
  }
  return REMOVE;
}

const BY_HAND = "if it is left over, remove it with 'chef-autoscaling reap' and its name";
