import * as pulumi from "@pulumi/pulumi";

/**
 * Says what to do where AWS refuses launch configurations altogether, as it does in accounts opened since October 2024.
 * AWS tells no one beforehand, so the error itself is read as it comes.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
 */
export function explainRefusal(name: string): pulumi.ErrorHook[] {
  // Pulumi's mocks, under which users test their programs, say that they know error hooks and then wait for ever.
  if (!("registerErrorHook" in (pulumi.runtime.getMonitor() ?? {}))) return [];
  const hook = new pulumi.ErrorHook(`${name}-launch-configuration-refused`, ({ errors }) => {
    if (errors.some(isRefusal)) {
      void pulumi.log.error(
        `This AWS account can create no launch configurations, as none opened since October 2024 can; ` +
          `leave 'launch' of group "${name}" out, or set it to "template"`,
      );
    }
    return false;
  });
  return [hook];
}

function isRefusal(error: string): boolean {
  return /launch configuration creation operation is not available/i.test(error);
}
