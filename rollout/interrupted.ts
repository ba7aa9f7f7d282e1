/** Errors of AWS calls in the middle of a rollout, which AWS continues. */
import { awsFailureOf, messageOf } from "../aws/failure";
import type { FoundGroup, GroupAccess } from "./group-access";

/** @throws if the group does not exist */
export async function found(access: Pick<GroupAccess, "find" | "groupName" | "region">): Promise<FoundGroup> {
  const group = await access.find();
  if (group) return group;
  throw new Error(
    `Group "${access.groupName}" does not exist in ${access.region}; 'pulumi refresh' and 'pulumi up' create it again`,
  );
}

/** Does the work; where an AWS call fails, its error says that the group is gone, or that AWS continues the refresh alone. */
export async function besideRefresh<T>(access: GroupAccess, id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = awsFailureOf(error);
    if (!failure) throw error;
    // AWS refuses to list what belonged to a group that is gone
    if (failure.cause === "refused" || failure.cause === "not-found") await found(access);
    const next = `instance refresh ${id} of group "${access.groupName}" continues in AWS, and failed first boots do not stop it there`;
    throw new Error(`${messageOf(error)}\nNext: ${next}; the next 'pulumi up' follows it`, { cause: error });
  }
}
