import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Emulator } from "./emulator-process";

/** What the first group of an account brings with it, for an account that has had groups: a grant names it before this one is made. */
export async function makeServiceRole({ client }: Emulator): Promise<void> {
  const role = new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" });
  await new IAMClient(client).send(role);
}
