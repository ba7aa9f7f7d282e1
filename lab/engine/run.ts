import type { Analyzer } from "./analyzer";
import type { Emit } from "./events";
import type { ProviderPool } from "./provider-pool";
import type { State } from "./state";

/** Everything that one run of the engine uses. */
export interface Run {
  readonly stack: string;
  readonly project: string;
  readonly preview: boolean;
  /** URNs of the targeted resources; empty for all. */
  readonly targets: readonly string[];
  readonly state: State;
  readonly providers: ProviderPool;
  readonly analyzers: readonly Analyzer[];
  readonly emit: Emit;
}
