/**
 * Waits for a deletion or a cancellation; it also succeeds if the object is already gone or finished.
 *
 * @param gone the name of AWS's error for that case
 */
export async function unlessGone(deletion: Promise<unknown>, gone: RegExp): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof Error && gone.test(error.name))) throw error;
  }
}
