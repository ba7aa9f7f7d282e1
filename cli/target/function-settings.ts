import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { awsClient } from "../../aws/client";
import { type KeyReference, parseKeyReference } from "../../chef/keys";
import { isGroupName } from "../../chef/names";
import { isRecord, parseJson } from "../../common/json";

/** The reaper's settings that can be read from its environment. */
export interface FunctionSettings {
  readonly groups?: readonly string[];
  readonly accountId?: string;
  readonly serverUrl?: string;
  readonly clientName?: string;
  readonly key?: KeyReference;
  readonly caPem?: string;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  readonly searchOtherNames?: boolean;
}

/** Reads the settings of a reaper's function. They are references, so no secret is read here. */
export async function functionSettings(functionName: string, region: string | undefined): Promise<FunctionSettings> {
  const lambda = awsClient(LambdaClient, region);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  return settingsIn(Environment?.Variables ?? {});
}

/** The settings in an environment. Unreadable ones are left out; `doctor` reports them. */
export function settingsIn(variables: Readonly<Record<string, string>>): FunctionSettings {
  const groups = parseJson(variables.REAPER_GROUPS ?? "");
  const key = parseJson(variables.REAPER_CHEF_KEY ?? "");
  return {
    groups: Array.isArray(groups) ? groups.filter(isGroupName) : undefined,
    accountId: variables.REAPER_ACCOUNT_ID,
    serverUrl: variables.REAPER_CHEF_SERVER_URL,
    clientName: variables.REAPER_CHEF_CLIENT_NAME,
    key: isRecord(key) ? parseKeyReference(key, "REAPER_CHEF_KEY") : undefined,
    caPem: variables.REAPER_CHEF_CA_PEM,
    queueUrl: variables.REAPER_QUEUE_URL,
    deadLetterQueueUrl: variables.REAPER_DEAD_LETTER_QUEUE_URL,
    searchOtherNames: variables.REAPER_SEARCH_OTHER_NAMES === "true",
  };
}
