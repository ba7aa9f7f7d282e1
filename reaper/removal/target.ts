/** An instance that is certainly gone. */
export interface GoneInstance {
  readonly instanceId: string;
  /** Name of its Chef node and client. */
  readonly nodeName: string;
  /** Its Auto Scaling group. */
  readonly group: string;
}

/**
 * Something else that an instance leaves behind, such as a DNS record or a host in a monitoring system. For a message, it is called after
 * EC2 has confirmed that the instance is gone and the Chef server has confirmed that node and client are. The scheduled reconcile calls it
 * before it removes them, because the next run finds the instance by them.
 *
 * @example
 * ```ts
 * const dns: ReapTarget = {
 *   name: "dns",
 *   remove: async ({ instanceId }, signal) => ((await deleteRecord(instanceId, signal)) ? "removed" : "absent"),
 * };
 * ```
 */
export interface ReapTarget {
  /** Shown in the log and in reasons. */
  readonly name: string;
  /**
   * Removes what the instance left behind. It may be called again after it has succeeded, because messages may be delivered more than once.
   *
   * @param signal aborts after 10 seconds, when the attempt counts as failed; pass it on, for example to `fetch`
   * @returns "absent" if there was nothing to remove
   * @throws if it is not certain: the message then stays in the queue and is delivered again, or the next reconcile tries again
   */
  remove(instance: GoneInstance, signal: AbortSignal): Promise<"removed" | "absent">;
}

/** What a target confirmed. */
export interface TargetRemoval {
  readonly name: string;
  readonly result: "removed" | "absent";
}

/** Appended to a message about node and client. */
export function inWords(confirmed: readonly TargetRemoval[]): string {
  return confirmed.map(({ name, result }) => `, ${name} ${result}`).join("");
}

/** Well within the 30 seconds of an invocation for messages, in addition to the requests to the Chef server. */
const TARGET_TIMEOUT_MS = 10_000;

/**
 * Calls every target, each whether or not another one fails.
 *
 * @throws one error that names each target that did not confirm
 */
export async function removeFromTargets(
  targets: readonly ReapTarget[],
  instance: GoneInstance,
  timeoutMs = TARGET_TIMEOUT_MS,
): Promise<readonly TargetRemoval[]> {
  const asked = await Promise.allSettled(targets.map((target) => removeFrom(target, instance, timeoutMs)));
  const failures = asked.filter((answer) => answer.status === "rejected").map(({ reason }) => String(reason.message));
  if (failures.length > 0) {
    throw new Error(failures.join("; "));
  }
  return asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

async function removeFrom(target: ReapTarget, instance: GoneInstance, timeoutMs: number): Promise<TargetRemoval> {
  const { name } = target;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const result: unknown = await Promise.race([target.remove(instance, signal), ended(signal, timeoutMs)]);
    if (result === "removed" || result === "absent") {
      return { name, result };
    }
    throw new Error(`it returned ${JSON.stringify(result)}, expected "removed" or "absent"`);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A target that ignores its signal would hold the message forever. */
function ended(signal: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(`no response within ${timeoutMs / 1000} s`)), {
      once: true,
    });
  });
}
