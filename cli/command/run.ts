import { createTerminal, type Terminal } from "../terminal/terminal";
import type { ExitCode } from "./exit";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof SIGNALS;

const isStopSignal = (name: string): name is StopSignal => name in SIGNALS;

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  /** Asks to start nothing new. */
  readonly signal: AbortSignal;
}

/**
 * Runs a command. Ctrl-C, SIGTERM, and a closed output pipe (as by `| head`) only ask it to start nothing new, so that nothing is left half
 * done; a second signal ends the program at once.
 */
export async function runCommand(
  json: boolean | undefined,
  action: (context: Context) => Promise<ExitCode>,
): Promise<void> {
  const terminal = createTerminal(json === true);
  const stopping = new AbortController();
  let stopped: number | undefined;
  const onSignal = (name: string) => {
    if (!isStopSignal(name)) return;
    if (stopped !== undefined) process.exit(SIGNALS[name]);
    stopped = SIGNALS[name];
    terminal.note("Finishing the operations in progress. Press Ctrl-C again to stop at once.");
    stopping.abort(new Error("stopped by a signal; completed operations stay in effect, run it again for the rest"));
  };
  for (const name of Object.keys(SIGNALS)) process.on(name, onSignal);
  process.stdout.on("error", () => stopping.abort(new Error("the output is no longer being read")));
  try {
    const code = await action({ terminal, signal: stopping.signal });
    process.exitCode = stopped ?? code;
  } catch (error) {
    if (stopped === undefined) throw error;
    terminal.note((error as Error).message);
    process.exitCode = stopped;
  } finally {
    for (const name of Object.keys(SIGNALS)) process.off(name, onSignal);
  }
}
