/** Lines that are written to standard output while the action runs. */
export function linesWritten(action: () => void): string[] {
  const { lines, end } = listen();
  try {
    action();
  } finally {
    end();
  }
  return lines;
}

/** As linesWritten, until what the action has begun has ended. */
export async function linesWrittenUntil(action: () => Promise<unknown>): Promise<string[]> {
  const { lines, end } = listen();
  try {
    await action();
  } finally {
    end();
  }
  return lines;
}

function listen(): { readonly lines: string[]; end(): void } {
  const lines: string[] = [];
  const original = process.stdout.write;
  process.stdout.write = (chunk: string | Uint8Array) => lines.push(...String(chunk).trim().split("\n")) > 0;
  return {
    lines,
    end: () => {
      process.stdout.write = original;
    },
  };
}
