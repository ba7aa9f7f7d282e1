/** One line of a benchmark's table. */
export interface Row {
  /** What was measured; the peer or limit it is compared with is another row of the same run. */
  readonly what: string;
  readonly figure: number;
  /** @default the benchmark's unit */
  readonly unit?: string;
  readonly note?: string;
}

/** What a benchmark found: a table for people, ratios for programs. */
export interface BenchmarkResult {
  readonly unit: string;
  readonly rows: readonly Row[];
  /** Each is one row over another of the same run. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** A file of this folder exports one as `benchmark`; the file's name is its name. */
export type Benchmark = () => Promise<BenchmarkResult>;
