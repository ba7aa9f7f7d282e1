import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BootNeed } from "../../packer";
import { runError } from "../validation/run-error";
import type { Instance } from "./instance";

/** What a launch template or configuration is given of a profile. */
export type ProfileReference = { readonly name: pulumi.Input<string> } | { readonly arn: pulumi.Input<string> };

/**
 * A given instance profile, once its role has been looked at. What the role lacks for a first boot is a warning and no error: IAM's simulator
 * knows neither policies of resources nor what a condition is to be asked with, so that a role may do more than it says.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function givenProfile(
  { profileName, profileArn }: Instance,
  needs: pulumi.Output<readonly BootNeed[]>,
  parent: pulumi.Resource,
): ProfileReference {
  const given = pulumi.output(profileName ?? profileArn) as pulumi.Output<string>;
  const seen = pulumi.all([given, needs]).apply(async ([profile, all]) => {
    const lacks = await lackOf(profile, all, parent);
    if (lacks !== undefined) await pulumi.log.warn(lacks, parent);
    return profile;
  });
  return profileName === undefined ? { arn: seen } : { name: seen };
}

async function lackOf(
  profile: string,
  needs: readonly BootNeed[],
  parent: pulumi.Resource,
): Promise<string | undefined> {
  const name = profile.split("/").at(-1) ?? profile;
  const found = await aws.iam.getInstanceProfile({ name }, { parent }).catch((error: Error) => error);
  if (found instanceof Error) return notSeen(`the instance profile '${name}'`, found);
  if (!found.roleArn) {
    throw runError(
      `the instance profile '${name}' has no role, so that its instances could not read the validator's key; ` +
        `put one in: aws iam add-role-to-instance-profile --instance-profile-name ${name} --role-name ROLE`,
    );
  }
  const refused: string[] = [];
  for (const need of needs) {
    const contexts = Object.entries(need.context ?? {}).map(([key, value]) => ({
      key,
      type: "string",
      values: [value],
    }));
    const { actions, resource } = need;
    const asked = { policySourceArn: found.roleArn, actionNames: [...actions], resourceArns: [resource], contexts };
    const answer = await aws.iam.getPrincipalPolicySimulation(asked, { parent }).catch((error: Error) => error);
    if (answer instanceof Error) return notSeen(`what the role of '${name}' may do`, answer);
    refused.push(...refusals(need, answer.results));
  }
  if (refused.length === 0) return undefined;
  const lines = refused.map((line) => `  - ${line}`);
  return [`the role of the instance profile '${name}' seems to lack what a first boot needs:`, ...lines].join("\n");
}

interface Answer {
  readonly actionName: string;
  readonly allowed: boolean;
  readonly missingContextKeys: readonly string[];
}

function refusals({ why, resource }: BootNeed, answers: readonly Answer[]): string[] {
  return answers
    .filter(({ allowed }) => !allowed)
    .map(({ actionName, missingContextKeys }) => {
      const unless = missingContextKeys.length > 0 ? `, unless ${missingContextKeys.join(", ")} fits` : "";
      return `${actionName} on ${resource}, with which it ${why}${unless}`;
    });
}

function notSeen(what: string, { message }: Error): string {
  return `${what} could not be looked at (${message}); let who runs this read it, with iam:GetInstanceProfile and iam:SimulatePrincipalPolicy`;
}
