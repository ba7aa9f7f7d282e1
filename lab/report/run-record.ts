/** Measurements at one moment of the run. A value is missing if it does not exist yet or no longer exists. */
export interface Sample {
  /** Seconds since the run began. */
  readonly seconds: number;
  /** CPU utilization of the group in percent, from CloudWatch. */
  readonly cpu?: number;
  /** Number of instances in service. */
  readonly instances?: number;
  /** Number of nodes on the Chef server. */
  readonly nodes?: number;
  /** Number of messages in the group's queue. */
  readonly queue?: number;
  /** The group's most recent rollout. */
  readonly rollout?: RolloutSample;
}

/** An instance refresh as AWS describes it. */
export interface RolloutSample {
  readonly id: string;
  readonly status: string;
}

/** The result of a step. */
export interface StepRecord {
  readonly name: string;
  readonly title: string;
  /** Seconds since the run began. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly held: boolean;
  /** The figure that proves success, or the reason of the failure. */
  readonly figure: string;
}

/** A run of the lab as it is shown in the report and in `run.json` in the run's folder. */
export interface RunRecord {
  /** Whether every step succeeded. */
  readonly held: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  readonly engine: string;
  readonly reaper: string;
  readonly runDir: string;
  readonly steps: readonly StepRecord[];
  /** Outputs of the stack. */
  readonly outputs?: unknown;
  readonly samples: readonly Sample[];
}
