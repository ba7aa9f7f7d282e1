import { setImmediate } from "node:timers/promises";

interface Output {
  once(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/**
 * Ends a rollout whose engine was killed: Pulumi's provider process outlives it, and would cancel or roll back what the next update starts.
 * Its output, which the engine read, then fails.
 */
export function whileHeard(output: Output) {
  let isHeard = true;
  const end = () => {
    isHeard = false;
  };
  output.once("error", end);
  return {
    /** @throws if nobody reads the output any more */
    async ensure(): Promise<void> {
      // A failed write is reported in the next turn
      await setImmediate();
      if (!isHeard)
        throw new Error("the update that started this rollout was killed; the next one follows what AWS continues");
    },
    stop: () => output.off("error", end),
  };
}
