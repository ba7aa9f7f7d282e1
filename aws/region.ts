/**
 * Pattern source for a region of any partition: eu-west-3, us-gov-east-1, cn-north-1, us-isob-east-1, eusc-de-east-1.
 *
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
export const REGION = "[a-z]{2,4}(?:-[a-z]+)+-\\d+";

/** Pattern source for the DNS suffix of AWS hosts: amazonaws.com, amazonaws.com.cn, amazonaws.eu and those of closed partitions. */
export const DNS_SUFFIX = "[a-z0-9-]+(?:\\.[a-z0-9-]+)+";

const WHOLE = new RegExp(`^${REGION}$`);

export function isRegion(text: unknown): text is string {
  return typeof text === "string" && WHOLE.test(text);
}
