import type { Presence, PresenceOf } from "../pass-through/presence";
import type { FunctionResource } from "./reaper-function";
import type { ReaperNetwork } from "./reaper-network";

/** What decides whether a component declares them. */
interface Deciding<Args> {
  readonly reconciles: (args: Args) => boolean;
  /** The reaper's network, undefined without one. */
  readonly network: (args: Args) => Partial<ReaperNetwork> | undefined;
}

/** The same for a reaper used alone and for the one of a group. */
export function reaperPresence<Args>({ reconciles, network }: Deciding<Args>): PresenceOf<Args, FunctionResource> {
  const reconciling: Presence<Args> = [reconciles, "remove it: no function that reconciles is declared"];
  const needsGroup = (args: Args) => network(args) !== undefined && !network(args)?.securityGroupIds;
  return {
    reaperSecurityGroup: [needsGroup, "remove it: no security group is declared for the reaper here"],
    reconcileFunction: reconciling,
    reconcileRole: reconciling,
    reconcileLogGroup: reconciling,
    reconcileInvokeConfig: reconciling,
    reconcileRule: reconciling,
    reconcileTarget: reconciling,
  };
}
