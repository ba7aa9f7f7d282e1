/** One look at the world while the story plays. A value that does not exist yet, or no more, is missing. */
export interface Sample {
  /** Seconds since the run began. */
  readonly seconds: number;
  /** CPU of the group, percent, as CloudWatch has it. */
  readonly cpu?: number;
  /** Instances in service. */
  readonly instances?: number;
  /** Nodes in the Chef server. */
  readonly nodes?: number;
  /** Messages in the group's queue. */
  readonly queue?: number;
  /** The newest rollout of the group. */
  readonly rollout?: RolloutSample;
}

/** An instance refresh, as AWS describes it. */
export interface RolloutSample {
  readonly id: string;
  readonly status: string;
}

/** How a step went. */
export interface StepRecord {
  readonly name: string;
  readonly title: string;
  /** Seconds since the run began. */
  readonly startedAt: number;
  /** How long it took. */
  readonly seconds: number;
  readonly held: boolean;
  /** The figure that proves it, or why it failed. */
  readonly figure: string;
}

/** A run of the lab, as `run.json` in the run's folder and the report show it. */
export interface RunRecord {
  /** Whether every step held. */
  readonly held: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  readonly engine: string;
  readonly reaper: string;
  readonly runDir: string;
  readonly steps: readonly StepRecord[];
  /** What the program said of itself. */
  readonly outputs?: unknown;
  readonly samples: readonly Sample[];
}
