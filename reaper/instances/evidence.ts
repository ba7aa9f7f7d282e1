import type { ChefNode } from "../../chef/client";
import { isRecord } from "../../chef/json";
import { ec2Text, regionOfNode } from "../../chef/node-place";
import { usedElsewhere } from "../../chef/removal";
import type { GroupFacts } from "./group-facts";

/** What speaks for an instance that EC2 does not know being one of the group's, and gone. */
export interface Evidence {
  readonly instanceId: string;
  /** When the group last did something with it, milliseconds since 1970; undefined where its history is silent. */
  readonly lastSeen: number | undefined;
  /** Undefined where the Chef server has a client only. */
  readonly node: ChefNode | undefined;
}

export type Verdict =
  | { readonly verdict: "remove" }
  /** `recent` counts with those that left lately. */
  | { readonly verdict: "recent" | "kept" | "foreign"; readonly why: string };

/** Chef's client runs every half hour, and some splay later: what converged this lately belongs to something that lives. */
export const LIVES_SECONDS = 3600;

const REMOVE: Verdict = { verdict: "remove" };

/**
 * Judges an instance that EC2 does not know. That alone proves nothing: another region's or account's group of the same name would look so.
 * Either the group's own history names the instance, or the node says that it ran in this region and account. Pure.
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

/** When Ohai last looked, milliseconds since 1970: at every converged run. */
export function convergedAt(node: ChefNode): number | undefined {
  const seconds = isRecord(node.automatic) ? node.automatic.ohai_time : undefined;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
