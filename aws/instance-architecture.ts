/** Architecture of an image, and of the instance types that can run it. */
export type Architecture = "x86_64" | "arm64";

/**
 * Architecture of an instance type, by its name: a `g` right after the generation means Graviton, `gb` after a dash means Grace.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture {
  return /^(a1|mac2[a-z0-9-]*|[a-z]+\d+g[a-z-]*|[a-z]+\d+[a-z]*-gb\d+)\./.test(instanceType) ? "arm64" : "x86_64";
}

const BOTH: readonly Architecture[] = ["x86_64", "arm64"];

const MANUFACTURERS: Readonly<Record<string, Architecture>> = {
  intel: "x86_64",
  amd: "x86_64",
  "amazon-web-services": "arm64",
};

/**
 * Architectures of the types that requirements allow, as far as known: by CPU manufacturer and by the patterns of types.
 *
 * @param manufacturers none for any
 * @param patterns of types, with `*` for any characters; none for all types
 */
export function architecturesAllowed(manufacturers: readonly string[], patterns: readonly string[]): Architecture[] {
  const byMaker = manufacturers.flatMap((one) => MANUFACTURERS[one] ?? BOTH);
  const byType = patterns.flatMap(architecturesOfPattern);
  const allows = (named: readonly unknown[], found: readonly Architecture[], one: Architecture) =>
    named.length === 0 || found.includes(one);
  return BOTH.filter((one) => allows(manufacturers, byMaker, one) && allows(patterns, byType, one));
}

/** Of `m7g*` as of `m7g.large`; a pattern that is open before the letters after the generation may match both. */
function architecturesOfPattern(pattern: string): readonly Architecture[] {
  const known = pattern.split("*", 1)[0] as string;
  if (known.includes(".")) return [architectureOf(known)];
  const isOpen = !/^(a1|[a-z]+\d+[a-z])/.test(known);
  return isOpen ? BOTH : [architectureOf(`${known}.`)];
}
