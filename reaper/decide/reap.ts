import { messageOf } from "../../aws/failure";
import { nodeName } from "../../chef/names";
import type { Removal, RemovalTarget } from "../../chef/removal";
import { LIVES_SECONDS } from "../instances/evidence";
import { type InstanceState, UNKNOWN } from "../instances/instance-state";
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
  /** How often it was received, including this time. @default 1 */
  readonly receiveCount?: number;
}

/** A message as a queue delivers it. */
export interface QueueMessage extends Delivery {
  readonly id: string;
  readonly body: string;
}

/** External services that the core uses. */
export interface ReapServices {
  readonly groups: readonly string[];
  /** Account of the groups; messages of another account are not accepted. @default any */
  readonly accountId?: string;
  /** Seconds since the event during which a missing node may still be registering. */
  readonly absenceGraceSeconds: number;
  /** Decide and log, but change neither the Chef server nor the queue. */
  readonly dryRun: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that AWS's clock is ahead of this one, as its last response showed. @default 0 */
  clockOffsetMs?(): number;
  instanceState(termination: Termination): Promise<InstanceState>;
  remove(target: RemovalTarget): Promise<Removal>;
  /** Called if there is neither a node nor a client with the instance's name. @default nodes with other names are kept */
  removeOtherNames?(target: RemovalTarget): Promise<OtherNames>;
  /** Called after the Chef server has confirmed. @default none */
  readonly targets?: readonly ReapTarget[];
  /** Completes a lifecycle hook in which an instance waits, whose message is this old. */
  completeAction(action: LifecycleAction, ageSeconds: number): Promise<void>;
  /** Gives the hook more time. */
  extendAction(action: LifecycleAction): Promise<void>;
}

/** The decision, with the fields of its log line. */
export type Reaped = Outcome & {
  readonly group?: string;
  readonly instanceId?: string;
  readonly node?: string;
  readonly level: "info" | "warn" | "error";
};

/** Processes one message from its body to its outcome. Never throws: a failure is an outcome too, and keeps the message in the queue. */
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

/**
 * Processes one termination. Never throws.
 *
 * @param delivery of the message that reported it, empty if there was none
 */
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

/** Nothing to remove, but an instance on its way into a warm pool still waits for its hook. */
async function passOn(reading: Ignored, message: QueueMessage, services: ReapServices): Promise<Outcome> {
  if (reading.action && services.groups.includes(reading.action.group) && !services.dryRun) {
    const age = ageSeconds(undefined, message.sentAt, nowByAws(services));
    return services.completeAction(reading.action, age).then(
      () => acknowledged(reading.reason),
      (error: unknown) => retryFailed(messageOf(error), backoffSeconds(message.receiveCount ?? 1)),
    );
  }
  return acknowledged(reading.reason);
}

async function reapSafely(termination: Termination, delivery: Delivery, services: ReapServices): Promise<Outcome> {
  // Evaluated late: the first AWS response shows the offset of this clock, and a wrong clock would
  // end the grace time early.
  const age = (): number => ageSeconds(termination.time, delivery.sentAt, nowByAws(services));
  try {
    return await decideAndRemove(termination, age, services);
  } catch (error) {
    const reason = await releaseAfterFailure(termination, age, services, messageOf(error));
    return retryFailed(reason, retrySeconds(error, delivery, termination, age(), services));
  }
}

/** Milliseconds since 1970. */
function nowByAws({ now, clockOffsetMs }: ReapServices): number {
  return now() + (clockOffsetMs?.() ?? 0);
}

/** An instance in its hook must be handled before the heartbeat timeout; one whose hook is completed need not be. */
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
  const state = await services.instanceState(termination);
  const alive = refusalOfState(instanceId, state);
  if (alive) {
    return termination.launchFailed ? whileGoing(alive, age(), services.absenceGraceSeconds) : alive;
  }
  const convergedBefore = state.name === UNKNOWN ? nowByAws(services) - LIVES_SECONDS * 1000 : undefined;
  const target = { name: nodeName(group, instanceId), instanceId, convergedBefore };
  if (services.dryRun) {
    return retry(`dry run: would remove node and client ${target.name}`, services.absenceGraceSeconds);
  }
  const remove = () => removeByNameOrId(target, services);
  const { removal, others } = await (action ? whileExtending(remove, () => services.extendAction(action)) : remove());
  const elsewhere = await removeElsewhere(removal, { instanceId, nodeName: target.name, group }, services);
  if (action) {
    await services.completeAction(action, age());
  }
  const searched = others && afterSearch(others, elsewhere);
  return searched ?? afterRemoval(removal, age(), services.absenceGraceSeconds, elsewhere);
}

interface Removed {
  readonly removal: Removal;
  /** Undefined if nothing was searched for. */
  readonly others?: OtherNames;
}

async function removeByNameOrId(target: RemovalTarget, services: ReapServices): Promise<Removed> {
  const removal = await services.remove(target);
  const isAbsent = removal.node === "absent" && removal.client === "absent";
  return { removal, others: isAbsent ? await services.removeOtherNames?.(target) : undefined };
}

/** What another instance uses must not be removed by any target. */
async function removeElsewhere(removal: Removal, instance: GoneInstance, { targets = [] }: ReapServices) {
  return removal.node !== "foreign" ? removeFromTargets(targets, instance) : [];
}

/** Extends the hook of an instance while its removal fails, and completes it after the grace time; the message stays and is tried again. */
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
  const done = late ? services.completeAction(action, age()) : services.extendAction(action);
  return done.then(
    () => `${reason} (hook ${late ? "completed all the same" : "extended"})`,
    (error: unknown) => `${reason} (hook: ${messageOf(error)})`,
  );
}
