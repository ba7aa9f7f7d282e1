import { messageOf } from "../aws/failure";
import { same } from "./launched-from";
import type { Run } from "./run";

/**
 * After a failure, saves again what was in service, if the group still has what this update saved: somebody else may have saved another
 * version meanwhile. A refusal is reported and no more than that, since a running refresh is still to be ended.
 */
export async function putBack({ access, restore, target, state, say }: Run): Promise<void> {
  if (!restore) return;
  try {
    const group = await access.find();
    if (!group || !same(group.saved, target) || !access.isPolicySaved(group, state.mixedInstances, false)) return;
    await access.save(restore);
  } catch (error) {
    say(`warning: the previous version could not be saved on the group again: ${messageOf(error)}`);
  }
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
