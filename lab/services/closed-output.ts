/**
 * Lets the run continue when the reader of its output goes away, as `head` does, so that everything is stopped properly and the report is
 * written. Without a listener, Node exits at the first line that it cannot write.
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
