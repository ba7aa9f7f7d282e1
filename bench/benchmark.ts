/** One line of a benchmark's table. */
export interface Row {
  /** What was measured. The peer or limit to compare it with is another row of the same run. */
  readonly what: string;
  readonly figure: number;
  /** @default the benchmark's unit */
  readonly unit?: string;
  readonly note?: string;
}

/** The result of a benchmark: a table for people and ratios for programs. */
export interface BenchmarkResult {
  readonly unit: string;
  readonly rows: readonly Row[];
  /** Each ratio divides one row by another of the same run. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Each benchmark is a file in this folder that exports this function as `benchmark`; its name is the file's name. */
export type Benchmark = () => Promise<BenchmarkResult>;
