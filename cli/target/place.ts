import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClient } from "../../aws/client";
import { once } from "../command/once";

/** Region, account and identity of AWS calls. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** ARN of the user or role. */
  readonly identity: string;
}

/**
 * Asks AWS itself, which needs no permission.
 *
 * @throws if AWS does not respond, or no region is known
 */
export async function askPlace(region: string | undefined): Promise<Place> {
  const sts = awsClient(STSClient, region);
  const { Account: accountId, Arn: identity = "unknown" } = await sts.send(new GetCallerIdentityCommand({}));
  if (!accountId)
    throw new Error("AWS did not return the identity of these credentials; check them: aws sts get-caller-identity");
  return { region: await sts.config.region(), accountId, identity };
}

/** The same, with a cached result. */
export function placeOnce(region: string | undefined): () => Promise<Place> {
  return once(() => askPlace(region));
}
