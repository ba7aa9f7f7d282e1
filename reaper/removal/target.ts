/** An instance that is gone for certain. */
export interface GoneInstance {
  readonly instanceId: string;
  /** Name its Chef node and client had. */
  readonly nodeName: string;
  /** Its Auto Scaling Group. */
  readonly group: string;
}

/**
 * Something else that an instance leaves behind: a DNS record, a host of the monitoring, whatever a webhook tells.
 * For a message it is asked once EC2 said that the instance is gone and the Chef server confirmed that node and client are; by the
 * scheduled reconcile once nothing speaks for them any more, and before they go: they are what the next run would find it by.
 */
export interface ReapTarget {
  /** Shown in the log and in reasons. */
  readonly name: string;
  /**
   * Removes what the instance left. Messages come more than once, so it may be asked again after it succeeded.
   *
   * @param signal ends after 10 seconds, when the attempt counts as failed; hand it on, for example to `fetch`
   * @returns "absent" when there was nothing to remove
   * @throws when it is not certain: the message then stays in the queue and comes back, or the next reconcile tries again
   */
  remove(instance: GoneInstance, signal: AbortSignal): Promise<"removed" | "absent">;
}

/** What a target confirmed. */
export interface TargetRemoval {
  readonly name: string;
  readonly result: "removed" | "absent";
}

/** Added to a sentence that says what became of node and client. */
export function inWords(confirmed: readonly TargetRemoval[]): string {
  return confirmed.map(({ name, result }) => `, ${name} ${result}`).join("");
}

/** Well within the 30 seconds of an invocation for messages, beside the requests to the Chef server. */
const TARGET_TIMEOUT_MS = 10_000;

/**
 * Asks every target, each whether or not another fails.
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

/** A target that does not heed its signal would hold the message for ever. */
function ended(signal: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(`no response within ${timeoutMs / 1000} s`)), {
      once: true,
    });
  });
}
