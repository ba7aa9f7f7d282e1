import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Emulator } from "./emulator-process";

/** Creates the role that AWS creates with an account's first group, for a grant that needs it before the group exists. */
export async function makeServiceRole({ client }: Emulator): Promise<void> {
  const role = new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" });
  await new IAMClient(client).send(role);
}
