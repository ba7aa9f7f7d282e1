/**
 * Whether some text matches both of two IAM patterns: `*` stands for any characters, `?` for one, and a policy variable for a value that
 * only the request has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((pattern) => pattern.replace(/\$\{[^}]*\}/g, "*").replace(/\*+/g, "*")) as [
    string,
    string,
  ];
  // Row by row: which prefixes of `b` have a common match with the current prefix of `a`
  let row = [...Array(b.length + 1).keys()].map((length) => length === 0 || b.slice(0, length) === "*");
  for (const sign of a) {
    const next = [sign === "*" && row[0] === true];
    for (let index = 1; index <= b.length; index++) {
      const against = b[index - 1] as string;
      const same = sign === against || sign === "?" || against === "?";
      const wild = sign === "*" || against === "*";
      next.push(wild ? Boolean(row[index] || next[index - 1] || row[index - 1]) : Boolean(same && row[index - 1]));
    }
    row = next;
  }
  return row[b.length] === true;
}

/** The same for ARNs; a wildcard does not extend beyond its part of the ARN. */
export function arnsOverlap(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  return a && b ? a.every((part, index) => overlap(part, b[index] as string)) : overlap(one, other);
}

const PARTS = 6;

/** Undefined if a wildcard stands for several parts. */
function partsOf(arn: string): string[] | undefined {
  const parts = arn.replace(/\$\{[^}]*\}/g, "*").split(":");
  return parts.length < PARTS ? undefined : [...parts.slice(0, PARTS - 1), parts.slice(PARTS - 1).join(":")];
}
