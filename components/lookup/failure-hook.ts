import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/** A failure of AWS's that its own words do not explain. */
export interface Explanation {
  /** What AWS's message says, whatever stands around it. */
  readonly failure: RegExp;
  /** What it means and what to do. */
  readonly meaning: string;
}

/**
 * AWS makes Auto Scaling's service-linked role with an account's first group. KMS takes neither a grant for a role that is
 * not there (InvalidArnException) nor a key policy that names one (MalformedPolicyDocumentException).
 *
 * @param encrypted what the key is for
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 */
export function missingServiceRole(encrypted: string): Explanation {
  return {
    failure: /InvalidArn|MalformedPolicyDocument|valid principal/i,
    meaning:
      `The key of ${encrypted} is for AWSServiceRoleForAutoScaling, which this account has not yet; ` +
      "make it with 'aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com'",
  };
}

/**
 * Says what to do beside an error that AWS lets nobody foresee, as it comes.
 *
 * @param name of the hook, one of its own in the program
 * @returns none where nobody would tell of failures: an older Pulumi CLI, and mocks
 */
export function explainFailures(name: string, explanations: readonly Explanation[]): pulumi.ErrorHook[] {
  if (explanations.length === 0 || !failuresAreTold()) return [];
  const hook = new pulumi.ErrorHook(name, ({ errors: [latest = ""] }) => {
    for (const { failure, meaning } of explanations) if (failure.test(latest)) void pulumi.log.error(meaning);
    return false;
  });
  return [hook];
}

/**
 * Pulumi's SDK fails a program that makes an error hook under a CLI which knows none, and says what the CLI knows in its
 * own state alone. Its mocks, under which users test their programs, claim to know hooks and then wait for ever.
 */
function failuresAreTold(): boolean {
  const { getStore } = state as { getStore?: () => { supportsErrorHooks?: boolean } };
  return Boolean(getStore?.().supportsErrorHooks) && "registerErrorHook" in (pulumi.runtime.getMonitor() ?? {});
}
