import type { ChefClient } from "../../chef";
import { regionsOf } from "../images/regions";
import { sweepAgeMinutes } from "../spec/limits";
import type { BakeSpec } from "../spec/spec";
import type { Leftover } from "./leftover";
import { find, remove, type SweepOptions } from "./sweep";
import { describeSwept } from "./sweep-report";

type Control = Required<Pick<SweepOptions, "signal">> & { readonly write: (text: string) => void };

/**
 * Removes what earlier bakes of the same name left: looks for it before the new bake makes anything, and removes it while
 * that is on its way. What cannot be removed, or not even be looked for, is told and does not stop the bake: the next one
 * tries again.
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
    return { done: removeAndTell(found, control).catch(tell(control)) };
  } catch (error) {
    tell(control)(error);
    return { done: Promise.resolve() };
  }
}

interface Found {
  readonly options: SweepOptions;
  readonly left: readonly Leftover[];
}

async function removeAndTell(found: readonly Found[], { write }: Control): Promise<void> {
  for (const { options, left } of found) {
    const { swept } = await remove(left, options);
    const told = swept.filter(({ outcome }) => outcome === "removed" || outcome === "failed");
    for (const one of told) write(`bake: left by an earlier bake: ${describeSwept(one)}\n`);
  }
}

function tell({ write, signal }: Control) {
  return (error: unknown) => {
    if (!signal.aborted) write(`bake: what earlier bakes left was not removed: ${(error as Error).message}\n`);
  };
}
