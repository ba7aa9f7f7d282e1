import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { cachedInvoke } from "../lookup/cached-invoke";
import type { ValidationIssue } from "../validation/issues";

/**
 * The provider's `defaultTags`. Neither a group nor the tags in a launch template inherit them.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/19387
 */
export function defaultTags(parent: pulumi.Resource): pulumi.Output<Readonly<Record<string, string>>> {
  // A user's own mocks may return nothing.
  const ask = () => aws.getDefaultTagsOutput({}, { parent }).apply((answer) => answer?.tags ?? {});
  return cachedInvoke(parent, "default tags", ask);
}

/** AWS's limit of 50, minus our `Name` and the tags that AWS adds itself. */
const MOST_TAGS = 40;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
export function tagIssues(tags: Readonly<Record<string, pulumi.Input<string>>> = {}): ValidationIssue[] {
  const entries = Object.entries(tags);
  const wrong = entries.filter(
    ([key, value]) => !isKey(key) || (typeof value === "string" && value.length > LONGEST_VALUE),
  );
  const expected = `a key of 1 to ${LONGEST_KEY} characters that does not start with 'aws:', and a value of at most ${LONGEST_VALUE}`;
  const issues = wrong.map(([key, value]): ValidationIssue => {
    return { property: "tags", value: { [key]: value }, expected, fix: "shorten it, or choose another key" };
  });
  if (entries.length <= MOST_TAGS) return issues;
  const fix = "keep only those that you use for searches or billing";
  return [...issues, { property: "tags", value: `${entries.length} tags`, expected: `at most ${MOST_TAGS}`, fix }];
}

function isKey(key: string): boolean {
  return key.length >= 1 && key.length <= LONGEST_KEY && !/^aws:/i.test(key);
}
