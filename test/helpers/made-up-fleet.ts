import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { type DescribeInstancesCommandInput, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import type { ChefClient } from "../../chef";
import type { ReconcileServices } from "../../reaper/reconcile";
import { instanceId } from "./chef-objects";

/** Numbers of names of the group `web` in a Chef server, by what is known about them. */
export interface MadeUp {
  readonly living?: number;
  /** EC2 reports them as terminated, long ago. */
  readonly gone?: number;
  /** Unknown to EC2, with nodes that report where and when they ran. */
  readonly proven?: number;
  /** Unknown to EC2, with only a client, so that nothing is known about them. */
  readonly silent?: number;
  /** Names whose ids EC2 rejects as malformed. */
  readonly odd?: number;
  /** Living instances that EC2 omits from its lists. */
  readonly leftOut?: number;
  /** The group's desired capacity. @default the number of living instances */
  readonly desired?: number;
  /** Called before each response of the Chef server to a request for one name, with the kind of request. */
  readonly beforeAnswer?: (what: string) => Promise<void>;
}

export interface MadeUpFleet {
  readonly services: ReconcileServices;
  /** Deletions on the Chef server, such as `client web-i-…`. */
  readonly deleted: string[];
  /** Requests to EC2 by id. */
  readonly askedById: string[][];
}

const NOW = Date.parse("2026-11-24T12:00:00Z");
const ACCOUNT = "123456789012";

/** Everything that a reconcile requests, answered from lists. */
export function madeUpFleet(made: MadeUp): MadeUpFleet {
  const { living = 0, gone = 0, proven = 0, silent = 0, odd: strange = 0, leftOut = 0, desired = living } = made;
  let next = 0;
  const some = (count: number) => Array.from({ length: count }, () => instanceId(next++));
  const ids = {
    living: some(living),
    gone: some(gone),
    proven: some(proven),
    silent: some(silent),
    odd: some(strange),
  };
  const odd = new Set(ids.odd);
  const isLiving = new Set(ids.living);
  const [hidden, isGone, isProven] = [new Set(ids.living.slice(0, leftOut)), new Set(ids.gone), new Set(ids.proven)];
  const there = new Set(Object.values(ids).flat());
  const deleted: string[] = [];
  const askedById: string[][] = [];
  const { beforeAnswer = async () => undefined } = made;
  const removeAs = (kind: string) => async (name: string) => {
    deleted.push(`${kind} ${name}`);
    await beforeAnswer(kind);
    there.delete(name.slice("web-".length));
    return "deleted" as const;
  };
  const chef: Partial<ChefClient> = {
    visitNodes: async (visit) => there.forEach((id) => void (ids.silent.includes(id) || visit(`web-${id}`))),
    visitClients: async (visit) => there.forEach((id) => void visit(`web-${id}`)),
    getNode: async (name) => {
      await beforeAnswer("get");
      const id = name.slice("web-".length);
      return isProven.has(id) ? { name, automatic: ohai(id) } : isGone.has(id) ? { name } : undefined;
    },
    deleteClient: removeAs("client"),
    deleteNode: removeAs("node"),
  };
  const ec2 = async ({ input }: { input: DescribeInstancesCommandInput }) => {
    const byId = input.InstanceIds;
    if (byId === undefined) {
      const listed = input.Filters?.[0]?.Values?.filter((id) => !hidden.has(id)) ?? [];
      return answerOf(listed, isLiving, isGone);
    }
    askedById.push(byId);
    if (byId.some((id) => odd.has(id))) throw Object.assign(new Error("no"), { name: "InvalidInstanceID.Malformed" });
    const unknown = byId.filter((id) => !isLiving.has(id) && !isGone.has(id));
    if (unknown.length === 0) return answerOf(byId, isLiving, isGone);
    throw Object.assign(new Error(unknown.join(", ")), { name: "InvalidInstanceID.NotFound" });
  };
  const group = {
    AutoScalingGroupName: "web",
    AutoScalingGroupARN: `arn:aws:autoscaling:eu-west-3:${ACCOUNT}:autoScalingGroup:1:web`,
    DesiredCapacity: desired,
  };
  const autoScaling = async () => ({ AutoScalingGroups: [group], AutoScalingInstances: [], Activities: [] });
  const services = {
    chef: chef as ChefClient,
    // A real client except for `send`: the SDK's pagination accepts no other.
    ec2: Object.assign(new EC2Client({ region: "eu-west-3" }), { send: ec2 }) as EC2Client,
    autoScaling: { send: autoScaling } as unknown as AutoScalingClient,
    now: () => NOW,
  };
  return { services, deleted, askedById };
}

/** What ohai reported in a converged run two hours ago. */
function ohai(id: string): object {
  const ec2 = { instance_id: id, placement_availability_zone: "eu-west-3a", account_id: ACCOUNT };
  return { ohai_time: NOW / 1000 - 7200, ec2 };
}

function answerOf(ids: readonly string[], living: ReadonlySet<string>, gone: ReadonlySet<string>) {
  const StateTransitionReason = "User initiated (2026-01-01 00:00:00 GMT)";
  const Instances = ids.flatMap((InstanceId): Instance[] => {
    if (living.has(InstanceId)) return [{ InstanceId, State: { Name: "running" } }];
    return gone.has(InstanceId) ? [{ InstanceId, State: { Name: "terminated" }, StateTransitionReason }] : [];
  });
  return { Reservations: [{ Instances }] };
}
