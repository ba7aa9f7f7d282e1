/** How the program ends. The same number means the same for every command that operates; `review` has codes of its own. */
export const EXIT = {
  /** Done, and nothing is left to do. */
  done: 0,
  /** Something failed, and the output says what. */
  failed: 1,
  /** Called wrongly: nothing was asked of anybody. */
  usage: 2,
  /** Nothing failed, but something is left to do: found by a dry run, warned of, or left where it was. */
  left: 3,
  /** A rule that protects living instances refused. */
  refused: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A call that cannot be carried out as it stands. */
export class UsageError extends Error {}

/**
 * How a command's help ends: how it is called, and how it ends.
 * @param meanings of the exit codes, besides 2 and the signals'
 */
export function endOfHelp(examples: readonly string[], meanings: Readonly<Partial<Record<ExitCode, string>>>): string {
  const all = { 1: "something failed", 2: "invalid options; nothing was done", ...meanings };
  const codes = Object.entries(all).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
  const last = "  130  stopped by Ctrl-C (143 by SIGTERM)";
  return ["", "Examples:", ...examples.map((line) => `  $ ${line}`), "", "Exit codes:", ...codes, last].join("\n");
}
