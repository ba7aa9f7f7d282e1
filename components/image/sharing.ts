import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../chef/printable";
import { raise, type ValidationIssue } from "../validation/issues";
import type { ChefImageArgs } from "./chef-image-args";

/**
 * Refuses, before anything is baked, an image that could not be shared: if an account encrypts new volumes by default, the image is
 * encrypted even without `encryption`, and an image that is encrypted with AWS's own key cannot be shared.
 *
 * @returns the mistakes; none if AWS does not report the setting
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
 */
async function sharingIssues(
  { shareWith = [], encryption, copies = {} }: Pick<ChefImageArgs, "shareWith" | "encryption" | "copies">,
  region: string,
  parent: pulumi.Resource,
): Promise<ValidationIssue[]> {
  if (shareWith.length === 0 || encryption) return [];
  const places = [region, ...Object.keys(copies)];
  const shared = await Promise.all(places.map((place) => canShare(place, parent)));
  const refused = places.filter((_, index) => !shared[index]);
  if (refused.length === 0) return [];
  const expected = `left out, because the account encrypts new volumes in ${refused.join(", ")} with AWS's own key, which other accounts cannot use`;
  const fix = "set 'encryption.kmsKeyArn' (and that of each copy) and share those keys too";
  return [{ property: "shareWith", value: shareWith, expected, fix }];
}

async function canShare(region: string, parent: pulumi.Resource): Promise<boolean> {
  try {
    const { enabled } = await aws.ebs.getEncryptionByDefault({ region }, { parent });
    if (!enabled) return true;
    const { keyArn } = await aws.ebs.getDefaultKmsKey({ region }, { parent });
    return !keyArn.endsWith("alias/aws/ebs");
  } catch (error) {
    void pulumi.log.warn(
      `whether volumes in ${region} are encrypted by default is not known (${printable((error as Error).message)}): allow ` +
        "ec2:GetEbsEncryptionByDefault and ec2:GetEbsDefaultKmsKeyId; if they are, sharing fails as the bake's last step",
      parent,
    );
    return true;
  }
}

/** The region, once it is known that an image baked there can be shared as requested. */
export function sharableIn(
  region: pulumi.Output<string>,
  args: ChefImageArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return region.apply(async (known) => {
    raise(`Image "${args.imageName}"`, await sharingIssues(args, known, parent));
    return known;
  });
}
