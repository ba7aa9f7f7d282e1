import { type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { BootNeed } from "../../packer";

/**
 * What of a need IAM's simulator decides one way, a line each. It knows no policies of resources, a KMS key's among them, and meets only the conditions
 * of which it is told.
 *
 * @param allowed whether what is allowed is asked for, or what is not
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

/** What a person does about it. */
export const LET_IT =
  "let the role do it; where a policy of the resource allows it, or a condition is met, it is allowed already";
