import { generateKeyPair } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { callAsAdmin } from "./chef-admin";
import type { ChefServer } from "./goiardi";

/** A Chef client of the lab: its name, the file with its private key, and the SSM parameter that holds the same key. */
export interface PreparedClient {
  readonly name: string;
  readonly keyFile: string;
  readonly parameter: string;
}

/** The clients that register nodes and delete them. */
export interface PreparedClients {
  readonly validator: PreparedClient;
  readonly operator: PreparedClient;
}

const validatorName = "chef-validator";
const operatorName = "operator";

/**
 * Creates the operator (goiardi lets only an admin delete the objects of other clients) and stores both keys where the stack refers to
 * them, in SSM parameters of type SecureString. On disk the keys are files of mode 0600 in the run's folder.
 */
export async function prepareChef(chef: ChefServer, ssm: SSMClient, runDir: string): Promise<PreparedClients> {
  const operator = {
    name: operatorName,
    keyFile: join(runDir, "operator.pem"),
    parameter: "/chef/operator.pem",
  };
  const validator = { name: validatorName, keyFile: chef.keyFiles.validator, parameter: "/chef/validator.pem" };
  await createOperator(chef, operator);
  await storeKey(ssm, operator);
  await storeKey(ssm, validator);
  return { validator, operator };
}

async function createOperator(chef: ChefServer, operator: PreparedClient): Promise<void> {
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  writeFileSync(operator.keyFile, pair.privateKey, { mode: 0o600 });
  const body = JSON.stringify({ name: operator.name, admin: true, public_key: pair.publicKey });
  await callAsAdmin(chef, "POST", "/clients", body);
}

async function storeKey(ssm: SSMClient, client: PreparedClient): Promise<void> {
  const Value = readFileSync(client.keyFile, "utf8");
  await ssm.send(new PutParameterCommand({ Name: client.parameter, Type: "SecureString", Value, Overwrite: true }));
}
