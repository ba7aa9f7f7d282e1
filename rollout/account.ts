/** The account of a group, which a group of the same name in another account must not be taken for. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClient } from "../aws/client";
import type { GroupPlace } from "./group-access";

/**
 * @param arn of the group that was found, if one was
 * @throws if the credentials see another account than the declared one
 */
export async function refuseOtherAccount(place: GroupPlace, arn: string | undefined): Promise<void> {
  const { accountId, groupName } = place;
  if (accountId === undefined) return;
  const seen = arn?.split(":")[4] ?? (await ownAccount(place));
  if (seen === undefined || seen === accountId) return;
  throw new Error(
    `The AWS credentials of the environment belong to the account ${seen}, but group "${groupName}" is in ${accountId}, so its instances ` +
      "cannot be rolled out or checked; set AWS_PROFILE or 'aws:profile' to credentials of that account " +
      "(a dynamic provider cannot use those of an explicit provider), then run this again",
  );
}

async function ownAccount({ region, profile }: GroupPlace): Promise<string | undefined> {
  const { Account } = await awsClient(STSClient, region, profile).send(new GetCallerIdentityCommand({}));
  return Account;
}
