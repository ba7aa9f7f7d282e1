/** Lines that are written to standard output while the action runs. */
export function linesWritten(action: () => void): string[] {
  const lines: string[] = [];
  const original = process.stdout.write;
  process.stdout.write = (chunk: string | Uint8Array) => lines.push(...String(chunk).trim().split("\n")) > 0;
  try {
    action();
  } finally {
    process.stdout.write = original;
  }
  return lines;
}
