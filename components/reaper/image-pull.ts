import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DNS_SUFFIX, REGION } from "../../aws/region";
import type { Place } from "../iam/key-access";

/**
 * An image in the account's own registry.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 */
const ECR_IMAGE = new RegExp(
  `^(\\d{12})\\.dkr\\.ecr(?:-fips)?\\.(${REGION})\\.${DNS_SUFFIX}/([a-z0-9._/-]+?)(?::[\\w.-]+)?(?:@sha256:[0-9a-f]{64})?$`,
);

/** The permissions to pull an image: none for a public registry, one repository for ECR. */
export function pullStatements(
  image: pulumi.Input<string>,
  place: Pick<Place, "partition">,
): pulumi.Output<aws.iam.PolicyStatement[]> {
  return pulumi.all([image, place.partition]).apply(([reference, partition]): aws.iam.PolicyStatement[] => {
    const repository = repositoryArn(reference, partition);
    if (repository === undefined) return [];
    return [
      // AWS supports no narrower resource for the token, which alone gives access to nothing.
      { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Sid: "PullImage",
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: repository,
      },
    ];
  });
}

/** Undefined for an image in any other registry. */
export function repositoryArn(image: string, partition: string): string | undefined {
  const [, account, region, name] = ECR_IMAGE.exec(image) ?? [];
  return account && `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}
