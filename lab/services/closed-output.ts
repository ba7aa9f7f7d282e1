/**
 * Lets the run go on where whoever reads its output goes away, as `head` does: what was started is stopped in good order, and the report is
 * written. Without a listener Node ends with the first line that nobody takes.
 *
 * @see https://nodejs.org/api/process.html#a-note-on-process-io
 */
export function goOnWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
