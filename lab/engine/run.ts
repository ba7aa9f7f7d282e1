import type { Analyzer } from "./analyzer";
import type { Emit } from "./events";
import type { ProviderPool } from "./provider-pool";
import type { State } from "./state";

/** What one run of the engine works with. */
export interface Run {
  readonly stack: string;
  readonly project: string;
  readonly preview: boolean;
  /** URNs of the resources that the run is about; all where there is none. */
  readonly targets: readonly string[];
  readonly state: State;
  readonly providers: ProviderPool;
  readonly analyzers: readonly Analyzer[];
  readonly emit: Emit;
}
