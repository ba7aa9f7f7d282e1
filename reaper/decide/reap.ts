import { messageOf } from "../../aws/failure";
import { nodeName } from "../../chef/names";
import type { Removal, RemovalTarget } from "../../chef/removal";
import type { InstanceState } from "../instances/instance-state";
import { readMessage } from "../message/message";
import type { Ignored, LifecycleAction, Termination } from "../message/reading";
import { HEARTBEAT_SECONDS, whileExtending } from "../removal/heartbeat";
import type { OtherNames } from "../removal/other-names";
import { type GoneInstance, type ReapTarget, removeFromTargets } from "../removal/target";
import {
  afterRemoval,
  afterSearch,
  ageSeconds,
  backoffAfter,
  backoffSeconds,
  refusalOfAccount,
  refusalOfGroup,
  refusalOfState,
  whileGoing,
} from "./decision";
import { acknowledged, deadLetter, type Outcome, retry, retryFailed } from "./outcome";

/** How a queue delivered a message. */
export interface Delivery {
  /** When it was sent, milliseconds since 1970. */
  readonly sentAt?: number;
  /** How often it was received, this time included. @default 1 */
  readonly receiveCount?: number;
}

/** A message as a queue delivers it. */
export interface QueueMessage extends Delivery {
  readonly id: string;
  readonly body: string;
}

/** What the core may ask of the world. */
export interface ReapServices {
  readonly groups: readonly string[];
  /** Account of the groups; messages of another's are not believed. @default any */
  readonly accountId?: string;
  /** Seconds since the event during which a node that is not found may still be registering. */
  readonly absenceGraceSeconds: number;
  /** Decide and say so, but change neither Chef server nor queue. */
  readonly dryRun: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that AWS's clock is ahead of this one, as its last answer showed. @default 0 */
  clockOffsetMs?(): number;
  instanceState(termination: Termination): Promise<InstanceState>;
  remove(target: RemovalTarget): Promise<Removal>;
  /** Asked where there is neither node nor client of the instance's name. @default nodes of other names stay */
  removeOtherNames?(target: RemovalTarget): Promise<OtherNames>;
  /** Asked after the Chef server has confirmed. @default none */
  readonly targets?: readonly ReapTarget[];
  /** Lets an instance go on that waits in a lifecycle hook. */
  completeAction(action: LifecycleAction): Promise<void>;
  /** Gives the hook more time. */
  extendAction(action: LifecycleAction): Promise<void>;
}

/** What was decided, with what a log line needs. */
export type Reaped = Outcome & {
  readonly group?: string;
  readonly instanceId?: string;
  readonly node?: string;
  readonly level: "info" | "warn" | "error";
};

/** One message from its body to its outcome. Never throws: a failure is an outcome too, and leaves the message in the queue. */
export async function reapMessage(message: QueueMessage, services: ReapServices): Promise<Reaped> {
  const reading = readMessage(message.body);
  switch (reading.kind) {
    case "rejected":
      return { ...deadLetter(reading.cause, reading.reason), level: "error" };
    case "ignored":
      return { ...(await passOn(reading, message, services)), level: reading.level };
    case "termination":
      return reapTermination(reading, message, services);
  }
}

/** One termination to its outcome. Never throws. @param delivery of the message that told it, empty where none did */
export async function reapTermination(
  termination: Termination,
  delivery: Delivery,
  services: ReapServices,
): Promise<Reaped> {
  const { group, instanceId } = termination;
  const outcome = await reapSafely(termination, delivery, services);
  return { ...outcome, group, instanceId, node: nodeName(group, instanceId), level: LEVELS[outcome.outcome] };
}

const LEVELS = { acknowledged: "info", retry: "warn", "dead-letter": "error" } as const;

/** Nothing to remove; an instance on its way into a warm pool waits for its hook all the same. */
async function passOn(reading: Ignored, message: QueueMessage, services: ReapServices): Promise<Outcome> {
  if (reading.action && services.groups.includes(reading.action.group) && !services.dryRun) {
    return services.completeAction(reading.action).then(
      () => acknowledged(reading.reason),
      (error: unknown) => retryFailed(messageOf(error), backoffSeconds(message.receiveCount ?? 1)),
    );
  }
  return acknowledged(reading.reason);
}

async function reapSafely(termination: Termination, delivery: Delivery, services: ReapServices): Promise<Outcome> {
  // Looked at late: the first answer of AWS shows what this clock is worth, and a wrong one would end the grace time early.
  const age = (): number =>
    ageSeconds(termination.time, delivery.sentAt, services.now() + (services.clockOffsetMs?.() ?? 0));
  try {
    return await decideAndRemove(termination, age, services);
  } catch (error) {
    const reason = await releaseAfterFailure(termination, age, services, messageOf(error));
    return retryFailed(reason, retrySeconds(error, delivery, termination, age(), services));
  }
}

/** An instance that waits in its hook has to be seen to before its heartbeat is over; one that was let go has not. */
function retrySeconds(
  error: unknown,
  { receiveCount = 1 }: Delivery,
  { action }: Termination,
  age: number,
  { absenceGraceSeconds }: ReapServices,
): number {
  const backoff = backoffAfter(error, receiveCount);
  return action && age <= absenceGraceSeconds ? Math.min(HEARTBEAT_SECONDS, backoff) : backoff;
}

async function decideAndRemove(termination: Termination, age: () => number, services: ReapServices): Promise<Outcome> {
  const { group, instanceId, action, account } = termination;
  const strange = refusalOfGroup(group, services.groups) ?? refusalOfAccount(account, services.accountId);
  if (strange) {
    return strange;
  }
  const alive = refusalOfState(instanceId, await services.instanceState(termination));
  if (alive) {
    return termination.launchFailed ? whileGoing(alive, age(), services.absenceGraceSeconds) : alive;
  }
  const target = { name: nodeName(group, instanceId), instanceId };
  if (services.dryRun) {
    return retry(`dry run: would remove node and client ${target.name}`, services.absenceGraceSeconds);
  }
  const remove = () => removeByNameOrId(target, services);
  const { removal, others } = await (action ? whileExtending(remove, () => services.extendAction(action)) : remove());
  const elsewhere = await removeElsewhere(removal, { instanceId, nodeName: target.name, group }, services);
  if (action) {
    await services.completeAction(action);
  }
  const searched = others && afterSearch(others, elsewhere);
  return searched ?? afterRemoval(removal, age(), services.absenceGraceSeconds, elsewhere);
}

interface Removed {
  readonly removal: Removal;
  /** Undefined where nothing was searched for. */
  readonly others?: OtherNames;
}

async function removeByNameOrId(target: RemovalTarget, services: ReapServices): Promise<Removed> {
  const removal = await services.remove(target);
  const isAbsent = removal.node === "absent" && removal.client === "absent";
  return { removal, others: isAbsent ? await services.removeOtherNames?.(target) : undefined };
}

/** What another instance uses is not for any target to remove. */
async function removeElsewhere(removal: Removal, instance: GoneInstance, { targets = [] }: ReapServices) {
  return removal.node !== "foreign" ? removeFromTargets(targets, instance) : [];
}

/** An instance in a hook is given more time while its removal fails, and let go after the grace time: the message stays and is tried on. */
async function releaseAfterFailure(
  termination: Termination,
  age: () => number,
  services: ReapServices,
  reason: string,
): Promise<string> {
  const { action } = termination;
  if (!action || services.dryRun) {
    return reason;
  }
  const late = age() > services.absenceGraceSeconds;
  const done = late ? services.completeAction(action) : services.extendAction(action);
  return done.then(
    () => `${reason} (hook ${late ? "completed all the same" : "extended"})`,
    (error: unknown) => `${reason} (hook: ${messageOf(error)})`,
  );
}
