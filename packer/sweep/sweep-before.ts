import type { ChefClient } from "../../chef";
import { regionsOf } from "../images/regions";
import { sweepAgeMinutes } from "../spec/limits";
import type { BakeSpec } from "../spec/spec";
import type { Leftover } from "./leftover";
import { find, remove, type SweepOptions } from "./sweep";
import { describeSwept } from "./sweep-report";

type Control = Required<Pick<SweepOptions, "signal">> & { readonly write: (text: string) => void };

/**
 * Removes leftovers of earlier bakes of the same name: finds them before the new bake creates anything, and removes them while it runs.
 * Failures are reported and do not stop the bake; the next one tries again.
 *
 * @returns once everything is found; `done` once it is removed
 */
export async function sweepBefore(
  spec: BakeSpec,
  chef: ChefClient,
  control: Control,
): Promise<{ done: Promise<void> }> {
  const common = { bake: spec.name, signal: control.signal, olderThanMinutes: sweepAgeMinutes(process.env) };
  const places = regionsOf(spec).map((region) =>
    region === spec.region ? { ...common, region, chef } : { ...common, region, copiesOnly: true },
  );
  try {
    const found = await Promise.all(places.map(async (options) => ({ options, left: await find(options) })));
    return { done: removeAndReport(found, control).catch(reportFailure(control)) };
  } catch (error) {
    reportFailure(control)(error);
    return { done: Promise.resolve() };
  }
}

interface Found {
  readonly options: SweepOptions;
  readonly left: readonly Leftover[];
}

async function removeAndReport(found: readonly Found[], { write }: Control): Promise<void> {
  for (const { options, left } of found) {
    const { swept } = await remove(left, options);
    const reported = swept.filter(({ outcome }) => outcome === "removed" || outcome === "failed");
    for (const one of reported) write(`bake: left by an earlier bake: ${describeSwept(one)}\n`);
  }
}

function reportFailure({ write, signal }: Control) {
  return (error: unknown) => {
    if (!signal.aborted) write(`bake: leftovers of earlier bakes were not removed: ${(error as Error).message}\n`);
  };
}
