/** Creates roles in the emulator, and SDK settings with an assumed role. */
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Emulator } from "./emulator-process";

type Target = Pick<Emulator, "client">;

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly [element: string]: unknown;
}

export const allow = (Action: string | string[], Resource: string, more: object = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

export const deny = (Action: string, Resource: string, more: object = {}): Statement => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

interface Limits {
  /** ARNs of existing policies. */
  readonly attached?: readonly string[];
  readonly boundary?: string;
}

const document = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** What Lambda needs on behalf of a function: its log, and a queue's messages. */
export const FUNCTION_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";

/** Creates a role with these statements and policies; returns its ARN. */
export async function makeRole(
  { client }: Target,
  name: string,
  statements: readonly Statement[],
  { attached = [], boundary }: Limits = {},
): Promise<string> {
  const iam = new IAMClient(client);
  const trust = [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }];
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: document(trust),
      PermissionsBoundary: boundary,
    }),
  );
  if (statements.length > 0) await permit({ client }, name, statements);
  for (const PolicyArn of attached) await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  return String(Role?.Arn);
}

/** Replaces the role's inline policy with these statements. */
export async function permit({ client }: Target, name: string, statements: readonly Statement[]): Promise<void> {
  const request = { RoleName: name, PolicyName: "inline", PolicyDocument: document(statements) };
  await new IAMClient(client).send(new PutRolePolicyCommand(request));
}

export async function makePolicy({ client }: Target, name: string, statements: readonly Statement[]): Promise<string> {
  const request = { PolicyName: name, PolicyDocument: document(statements) };
  const { Policy } = await new IAMClient(client).send(new CreatePolicyCommand(request));
  return String(Policy?.Arn);
}

/** Assumes a role. @returns settings for an SDK client that acts as this role */
export async function assume({ client }: Target, RoleArn: string, RoleSessionName = "session") {
  const { Credentials } = await new STSClient(client).send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...client, credentials };
}
