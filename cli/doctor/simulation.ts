import { type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { BootNeed } from "../../packer";

/**
 * The actions of a need that IAM's simulator allows, or denies, one line each. It knows no resource policies, including key policies, and
 * evaluates only the condition keys that it is given.
 *
 * @param allowed whether to return the allowed actions or the denied ones
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function decided(
  iam: IAMClient,
  PolicySourceArn: string,
  { actions, resource, why, context = {} }: BootNeed,
  allowed: boolean,
): Promise<string[]> {
  const ContextEntries = Object.entries(context).map(([ContextKeyName, value]) => {
    return { ContextKeyName, ContextKeyType: "string" as const, ContextKeyValues: [value] };
  });
  const request = { PolicySourceArn, ActionNames: [...actions], ResourceArns: [resource], ContextEntries };
  const { EvaluationResults = [] } = await iam.send(new SimulatePrincipalPolicyCommand(request));
  return EvaluationResults.filter(({ EvalDecision }) => (EvalDecision === "allowed") === allowed).map(
    ({ EvalActionName }) => `${EvalActionName} on ${resource}, with which it ${why}`,
  );
}

/** How to fix it. */
export const LET_IT =
  "grant the permissions to the role; if a resource policy grants them, or a condition is met, they are allowed already";
