export type Architecture = "x86_64" | "arm64";

/** `m7g` for `m7g.large`. */
export function familyOf(instanceType: string): string {
  return instanceType.split(".")[0] as string;
}

/**
 * Architecture of an instance type, by its name: a `g` right after the generation means Graviton, `gb` after a dash means Grace.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture {
  return /^(a1|mac2[a-z0-9-]*|[a-z]+\d+g[a-z-]*|[a-z]+\d+[a-z]*-gb\d+)\./.test(instanceType) ? "arm64" : "x86_64";
}
