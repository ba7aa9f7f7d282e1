import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cachedInvoke } from "../lookup/cached-invoke";
import type { ValidationIssue } from "../validation/issues";
import type { RequiredTypes } from "./image-launch";

/** AWS hibernates no Linux instance with as much memory. */
const MEMORY_LIMIT_GIB = 150;
const MIB_PER_GIB = 1024;

/** What AWS says of one instance type. */
export interface HibernatedType {
  readonly instanceType: string;
  readonly hibernationSupported: boolean;
  readonly memoryGib: number;
}

/** Asks AWS about types; what it cannot hibernate would be stopped instead, and lose its memory without a word. */
export function describeTypes(types: readonly string[], parent: pulumi.Resource): pulumi.Output<HibernatedType[]> {
  const asked = types.map((instanceType) =>
    cachedInvoke(parent, `instance type ${instanceType}`, () =>
      aws.ec2.getInstanceTypeOutput({ instanceType }, { parent }),
    ).apply(({ hibernationSupported, memorySize }) => ({
      instanceType,
      hibernationSupported,
      memoryGib: memorySize / MIB_PER_GIB,
    })),
  );
  return pulumi.all(asked);
}

/** The largest that a set of requirements lets in. */
export function requiredType({ property, set }: RequiredTypes): HibernatedType {
  const { requireHibernateSupport = false, memoryMib } = set;
  const memoryGib = (memoryMib.max ?? Number.POSITIVE_INFINITY) / MIB_PER_GIB;
  return { instanceType: property, hibernationSupported: requireHibernateSupport, memoryGib };
}

/**
 * What keeps instances from being hibernated, as far as type and volume show it; whether an image can is its maker's to know.
 *
 * @param rootGib size of the root volume, undefined where it is not known
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
 */
export function hibernationIssues(types: readonly HibernatedType[], rootGib: number | undefined): ValidationIssue[] {
  const property = "warmPool.state";
  const value = "Hibernated";
  return types.flatMap(({ instanceType, hibernationSupported, memoryGib }): ValidationIssue[] => {
    if (!hibernationSupported || memoryGib >= MEMORY_LIMIT_GIB) {
      const expected = `a type that AWS hibernates, which "${instanceType}" is not`;
      const fix =
        "set it to \"Stopped\", or choose a type from 'aws ec2 describe-instance-types --filters Name=hibernation-supported,Values=true'";
      return [{ property, value, expected, fix }];
    }
    if (rootGib === undefined || rootGib > memoryGib) return [];
    const expected = `a root volume larger than the ${memoryGib} GiB of memory of "${instanceType}", not of ${rootGib} GiB`;
    return [
      { property, value, expected, fix: "raise 'rootVolume.sizeGib': the memory is kept there beside the system" },
    ];
  });
}
