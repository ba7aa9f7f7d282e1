/** `m7g` of `m7g.large`. */
export function familyOf(instanceType: string): string {
  return instanceType.split(".")[0] as string;
}
