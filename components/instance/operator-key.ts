import type * as aws from "@pulumi/aws";
import { arnOfStored, storedInAws } from "../../chef/keys/key-reference";
import type { ChefIdentity } from "../connection/chef-connection";
import type { ValidationIssue } from "../validation/issues";
import { isLater } from "../validation/outputs";
import { arnsOverlap, overlap } from "./patterns";

type Statement = aws.iam.PolicyStatement;
type Operator = Pick<ChefIdentity, "key" | "kmsKeyArn">;

/**
 * AWS's own policies that allow reading every parameter, or every secret, and what a name means there. They allow no decrypting with a
 * customer's key but where `decrypts` says so. @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
 */
const WIDE: Readonly<
  Record<string, { readonly ssm?: true; readonly secretsmanager?: true; readonly decrypts?: true }>
> = {
  AdministratorAccess: { ssm: true, secretsmanager: true, decrypts: true },
  PowerUserAccess: { ssm: true, secretsmanager: true, decrypts: true },
  ReadOnlyAccess: { ssm: true },
  AmazonSSMFullAccess: { ssm: true },
  AmazonSSMReadOnlyAccess: { ssm: true },
  AmazonSSMManagedInstanceCore: { ssm: true },
  "service-role/AmazonEC2RoleforSSM": { ssm: true },
  "service-role/AmazonSSMAutomationRole": { ssm: true },
  "service-role/AmazonSSMMaintenanceWindowRole": { ssm: true },
  AmazonElasticFileSystemsUtils: { ssm: true },
  SecretsManagerReadWrite: { secretsmanager: true },
  AWSSecretsManagerClientReadOnlyAccess: { secretsmanager: true },
};

/** How each service gives out what it keeps. */
const READS = {
  ssm: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"],
  secretsmanager: ["secretsmanager:GetSecretValue"],
} as const;

interface Granted {
  readonly policyStatements?: readonly unknown[];
  readonly managedPolicyArns?: readonly unknown[];
}

/**
 * What of an instance's own permissions would let it read the operator's key, with which anybody on it could delete every node. Only what can
 * be seen is judged: a condition, and what a customer's own managed policy says, are left to the doctor, which asks IAM; by a key that is known
 * only later, what would decrypt with it is judged then.
 */
export function operatorKeyIssues(granted: Granted, operator: Operator): ValidationIssue[] {
  const kept = keptIn(operator);
  if (kept === undefined) return [];
  const { policyStatements = [], managedPolicyArns = [] } = granted;
  const statements = policyStatements.filter((one): one is Statement => typeof one === "object" && !isLater(one));
  const policies = managedPolicyArns.map((arn) => WIDE[awsPolicy(arn) ?? ""]);
  const { service, resource } = kept;
  const reads = (statement: Statement) => READS[service].some((action) => concerns(statement, action, resource));
  const denies = (statement: Statement) => READS[service].every((action) => concerns(statement, action, resource));
  if (statements.some((statement) => effectOf(statement) === "Deny" && denies(statement))) return [];
  if (operator.kmsKeyArn && !decrypts(statements, policies, operator.kmsKeyArn)) return [];
  const wrong: ValidationIssue[] = [];
  for (const [index, statement] of policyStatements.entries()) {
    if (!statements.includes(statement as Statement) || effectOf(statement as Statement) !== "Allow") continue;
    if (reads(statement as Statement)) wrong.push(issue(`instance.policyStatements.${index}`, statement));
  }
  for (const [index, policy] of policies.entries()) {
    if (policy?.[service]) wrong.push(issue(`instance.managedPolicyArns.${index}`, managedPolicyArns[index]));
  }
  return wrong;
}

function issue(property: string, value: unknown): ValidationIssue {
  const expected = "nothing that lets an instance read the operator's key";
  const fix = `name the resources that instances need, or add a statement with Effect "Deny" for that key`;
  return { property, value, expected, fix };
}

function keptIn({ key }: Operator): { service: keyof typeof READS; resource: string } | undefined {
  const stored = storedInAws(key);
  if (!stored) return undefined;
  const { source: service } = stored;
  return { service, resource: arnOfStored(stored, "??????", (resource) => `arn:*:${service}:*:*:${resource}`) };
}

function decrypts(statements: readonly Statement[], policies: readonly (typeof WIDE)[string][], key: unknown): boolean {
  if (policies.some((policy) => policy?.decrypts)) return true;
  if (typeof key !== "string") return false;
  return statements.some((one) => effectOf(one) === "Allow" && concerns(one, "kms:Decrypt", key));
}

function effectOf({ Effect, Condition }: Statement): unknown {
  return Condition === undefined ? Effect : undefined;
}

/** Whether a statement speaks of an action on a resource; what is known only later speaks of nothing yet. */
function concerns(statement: Statement, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const acts = (patterns: unknown) => hits(patterns, (one) => overlap(one.toLowerCase(), action.toLowerCase()));
  const covers = (patterns: unknown) => hits(patterns, (one) => arnsOverlap(one, resource));
  if (NotAction === undefined ? !acts(Action) : acts(NotAction)) return false;
  return NotResource === undefined ? covers(Resource) : !covers(NotResource);
}

function hits(patterns: unknown, hit: (pattern: string) => boolean): boolean {
  return [patterns].flat().some((one) => typeof one === "string" && hit(one));
}

/** The name below AWS's own policies, with its path. */
function awsPolicy(arn: unknown): string | undefined {
  return typeof arn === "string" ? /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] : undefined;
}
