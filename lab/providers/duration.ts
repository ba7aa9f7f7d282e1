/** Parses a duration in the notation of Terraform and Pulumi: `90s`, `10m`, `1h`, `0`. @throws for anything else */
export function seconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(duration);
  if (match === null) throw new Error(`'${duration}' is no duration, expected a number with s, m or h such as '10m'`);
  const units = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return Number(match[1]) * units[(match[2] ?? "s") as keyof typeof units];
}
