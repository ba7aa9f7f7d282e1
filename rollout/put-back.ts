import type { Run } from "./run";

/** A configuration that was saved before its refresh failed: the previous one is saved again. */
export async function putBack({ access, restore }: Pick<Run, "access" | "restore">): Promise<void> {
  if (restore) await access.save(restore);
}

/** AWS cannot roll back, for example, to an image that a launch template reads from a parameter: the refresh is cancelled then. */
export async function rollBackOrCancel({ access, say }: Pick<Run, "access" | "say">): Promise<void> {
  try {
    await access.rollBack();
  } catch (error) {
    if (!/^IrreversibleInstanceRefresh/.test((error as Error).name)) throw error;
    say("AWS cannot roll it back: cancelling");
    await access.cancel();
  }
}
