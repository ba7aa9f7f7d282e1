/** Waits for a deletion or a cancellation; what is gone or over already is as good. @param gone by which name AWS's error says so */
export async function unlessGone(deletion: Promise<unknown>, gone: RegExp): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof Error && gone.test(error.name))) throw error;
  }
}
