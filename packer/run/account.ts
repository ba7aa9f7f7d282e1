import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { patientClient } from "../../aws/client";

/**
 * A bake has the credentials of the environment and of `aws:profile`, not those that a provider was given in the program. In
 * another account than the provider's it would leave an image there that no group of the program can launch.
 * @param expected the provider's account; undefined where nothing tells it
 * @throws when the account is another one, or cannot be asked for
 */
export async function assertAccount(region: string, expected: string | undefined): Promise<void> {
  if (!expected) return;
  const { Account: got } = await patientClient(STSClient, region).send(new GetCallerIdentityCommand({}));
  if (got === expected) return;
  throw new Error(
    `the bake's credentials belong to the account '${got}', expected '${expected}', where the program's provider is; ` +
      "set AWS_PROFILE or 'aws:profile' to a profile of that account, with a 'role_arn' where the provider takes a role",
  );
}
