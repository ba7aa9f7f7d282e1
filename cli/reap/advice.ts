import type { DeadLetterCause } from "../../reaper/message/dead-letter-cause";

/**
 * What to do if an instance's removal was refused.
 *
 * @param name of node and client
 */
export function fixOfRefusal(
  cause: DeadLetterCause,
  { instanceId, name }: { instanceId: string; name: string },
): string {
  switch (cause) {
    case "alive":
      return `leave it, or terminate it first: aws ec2 terminate-instances --instance-ids ${instanceId}`;
    case "other-instance":
      return usedByAnother(name);
    case "other-place":
      return "run it with the region and account in which the node ran ('knife node show -a ec2' shows them)";
    default:
      return "name the group of the instance with '--group'";
  }
}

/** Neither id removes it automatically: its name contains one instance, and the node another. */
export function usedByAnother(name: string): string {
  return `leave it as long as the other instance runs; once that is terminated too, ${removedByHand(name)}`;
}

export function removedByHand(name: string): string {
  return `remove it by hand: knife node delete ${name}; knife client delete ${name}`;
}
