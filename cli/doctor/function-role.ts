import { IAMClient } from "@aws-sdk/client-iam";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { awsClient } from "../../aws/client";
import { JOIN_VPC_ACTIONS } from "../../contract/function-network";
import { type BootNeed, readNeeds } from "../../packer";
import { describeError } from "../command/describe-error";
import { settingsIn } from "../target/function-settings";
import { type Check, failed, ok, skipped } from "./check";
import { storedIn, withItsKey } from "./encrypting-key";
import { decided, LET_IT } from "./simulation";

/**
 * Whether the role of a reaper's function may read the operator's key, decrypt it if a customer-managed key encrypts it, and create the
 * network interfaces of a function in a VPC.
 */
export async function checkFunctionRole(
  name: string,
  { Role = "", FunctionArn = "", VpcConfig, Environment: { Variables = {} } = {} }: FunctionConfiguration,
  region: string | undefined,
): Promise<Check[]> {
  try {
    const stored = storedIn("the operator's key", settingsIn(Variables).key);
    if (stored === undefined) return [skipped(name, "the operator's key is not stored in AWS, as far as is known")];
    const { secret, checks } = await withItsKey(stored, region);
    const [, partition = "", , home = "", accountId = ""] = FunctionArn.split(":");
    const reading = readNeeds(secret, { partition, region: home, accountId });
    const needs = VpcConfig?.SubnetIds?.length ? [...reading, JOIN_VPC] : reading;
    const iam = awsClient(IAMClient, region);
    const refused = (await Promise.all(needs.map((need) => decided(iam, Role, need, false)))).flat();
    return [judgeFunctionRole(name, Role.split("/").at(-1) ?? Role, refused, Boolean(secret.kmsKeyArn)), ...checks];
  } catch (error) {
    return [skipped(name, `it could not be checked: ${describeError(error)}`)];
  }
}

const JOIN_VPC: BootNeed = { actions: JOIN_VPC_ACTIONS, resource: "*", why: "joins its VPC" };

function judgeFunctionRole(name: string, role: string, refused: readonly string[], decrypts: boolean): Check {
  if (refused.length > 0) return failed(name, `'${role}' does not allow ${refused.join("; ")}`, LET_IT);
  return ok(name, `'${role}' may read the operator's key${decrypts ? ", and decrypt it with your KMS key" : ""}`);
}
