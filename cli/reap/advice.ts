import type { DeadLetterCause } from "../../reaper/message/dead-letter-cause";

/** What helps where an instance's removal was refused. */
export function fixOfRefusal(cause: DeadLetterCause, instanceId: string): string {
  switch (cause) {
    case "alive":
      return `leave it, or end it first: aws ec2 terminate-instances --instance-ids ${instanceId}`;
    case "other-instance":
      return "leave it for as long as the other instance runs; once that is gone, reap that one's id";
    case "other-place":
      return "run it with '--region' and credentials of where the node ran ('knife node show -a ec2' tells)";
    default:
      return "name the group of the instance with '--group'";
  }
}
