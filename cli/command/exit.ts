/** Exit codes. They mean the same for every command that operates; `review` has its own. */
export const EXIT = {
  /** Done, and nothing is left to do. */
  done: 0,
  /** Something failed, and the output says what. */
  failed: 1,
  /** Invalid options: nothing was done. */
  usage: 2,
  /** Nothing failed, but something is left to do: found by a dry run, reported as a warning, or kept. */
  left: 3,
  /** Refused by a rule that protects living instances. */
  refused: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Invalid options or arguments. */
export class UsageError extends Error {}

/**
 * The end of a command's help: examples and exit codes.
 *
 * @param meanings of the exit codes, except 2 and those of signals
 */
export function endOfHelp(examples: readonly string[], meanings: Readonly<Partial<Record<ExitCode, string>>>): string {
  const all = { 1: "something failed", 2: "invalid options; nothing was done", ...meanings };
  const codes = Object.entries(all).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
  const last = "  130  stopped by Ctrl-C (143 by SIGTERM)";
  return ["", "Examples:", ...examples.map((line) => `  $ ${line}`), "", "Exit codes:", ...codes, last].join("\n");
}
