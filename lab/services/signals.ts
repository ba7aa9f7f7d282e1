/** A request to end the lab, from the user or a supervisor. */
export interface Interruption {
  readonly signal: NodeJS.Signals;
  /** The exit code that a shell expects of a program that this signal ended. */
  readonly exitCode: number;
}

/** Signals after which the lab stops in an orderly way. */
export interface Signals {
  /** Resolves at the next signal from now on. */
  next(): Promise<Interruption>;
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Handles the signals until the process ends. */
export function watchSignals(): Signals {
  const waiting: ((interruption: Interruption) => void)[] = [];
  for (const signal of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
    process.on(signal, () => {
      for (const resolve of waiting.splice(0)) {
        resolve({ signal, exitCode: exitCodes[signal] });
      }
    });
  }
  return { next: () => new Promise((resolve) => waiting.push(resolve)) };
}
