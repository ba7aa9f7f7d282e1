/** The user, or whoever supervises the lab, wants it to end. */
export interface Interruption {
  readonly signal: NodeJS.Signals;
  /** What a shell expects of a program that this signal ended. */
  readonly exitCode: number;
}

/** Signals that end the lab in good order. */
export interface Signals {
  /** The next signal from now on. */
  next(): Promise<Interruption>;
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Takes over the signals for the rest of the process's life. */
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
