import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClient } from "../../aws/client";
import { once } from "../command/once";

/** Where AWS is asked, and as whom. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** ARN of the user or role. */
  readonly identity: string;
}

/** Asks AWS itself; no permission is needed for it. @throws when AWS does not answer, or no region is known */
export async function askPlace(region: string | undefined): Promise<Place> {
  const sts = awsClient(STSClient, region);
  const { Account: accountId, Arn: identity = "unknown" } = await sts.send(new GetCallerIdentityCommand({}));
  if (!accountId)
    throw new Error("AWS did not say whose these credentials are; check them: aws sts get-caller-identity");
  return { region: await sts.config.region(), accountId, identity };
}

/** The same, asked once. */
export function placeOnce(region: string | undefined): () => Promise<Place> {
  return once(() => askPlace(region));
}
