import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/** An AWS error whose message does not explain the cause. */
export interface Explanation {
  /** Matches AWS's error message. */
  readonly failure: RegExp;
  /** What the error means, and what to do. */
  readonly meaning: string;
}

/**
 * AWS creates Auto Scaling's service-linked role with an account's first group. Before that, KMS refuses both a grant for the role
 * (InvalidArnException) and a key policy that names it (MalformedPolicyDocumentException).
 *
 * @param encrypted what the key is for
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 */
export function missingServiceRole(encrypted: string): Explanation {
  return {
    failure: /InvalidArn|MalformedPolicyDocument|valid principal/i,
    meaning:
      `The key of ${encrypted} is for AWSServiceRoleForAutoScaling, which does not exist in this account yet; ` +
      "create it with 'aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com'",
  };
}

/**
 * Prints an explanation next to an AWS error that cannot be predicted.
 *
 * @param name of the hook, unique in the program
 * @returns nothing if failures are not reported: with an older Pulumi CLI, and under mocks
 */
export function explainFailures(name: string, explanations: readonly Explanation[]): pulumi.ErrorHook[] {
  if (explanations.length === 0 || !failuresAreTold()) return [];
  const hook = new pulumi.ErrorHook(name, async ({ errors: [latest = ""] }) => {
    const known = explanations.filter(({ failure }) => failure.test(latest));
    // The failure ends the program as soon as the hook has answered, with all that it has not sent yet
    await Promise.all(known.map(({ meaning }) => pulumi.log.error(meaning)));
    return false;
  });
  return [hook];
}

/**
 * Pulumi's SDK fails a program that creates an error hook under a CLI without support for them, and keeps that information in internal
 * state. Its mocks, under which users test their programs, claim to support hooks and then wait forever.
 */
function failuresAreTold(): boolean {
  const { getStore } = state as { getStore?: () => { supportsErrorHooks?: boolean } };
  return Boolean(getStore?.().supportsErrorHooks) && "registerErrorHook" in (pulumi.runtime.getMonitor() ?? {});
}
