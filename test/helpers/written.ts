/** Returns the lines that the action writes to standard output. */
export function linesWritten(action: () => void): string[] {
  const { lines, end } = listen();
  try {
    action();
  } finally {
    end();
  }
  return lines;
}

/** Like linesWritten, for an asynchronous action. */
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
