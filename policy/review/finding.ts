/** One finding of a rule in a preview. */
export interface Finding {
  readonly rule: string;
  /** The other pack that the rule belongs to; undefined for the package's rules in the package's pack. */
  readonly pack?: string;
  /** `mended` if the rule was configured to remediate and did: the update would set the properties. */
  readonly level: "mandatory" | "advisory" | "mended";
  readonly severity: "low" | "medium" | "high" | "critical" | "unspecified";
  /** The resource; empty for the stack. */
  readonly urn: string;
  /** Names the resource, the finding and the fix. */
  readonly message: string;
}

/** The result of a preview with the policy pack. */
export interface Review {
  readonly stack: string;
  /** Number of resources by operation: create, update, replace, delete. */
  readonly changes: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Errors of the preview, if any. */
  readonly errors: readonly string[];
}

const SEVERITIES: readonly Finding["severity"][] = ["critical", "high", "medium", "low", "unspecified"];

/** Mandatory findings first, then by severity; the rest by name, so that the order is stable. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const place = ({ level, severity, rule, urn, pack = "" }: Finding) =>
    [["mandatory", "advisory", "mended"].indexOf(level), SEVERITIES.indexOf(severity), rule, urn, pack].join(" ");
  return [...findings].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** Findings that fail a pull request. */
export function stopping({ findings }: Review): readonly Finding[] {
  return findings.filter(({ level }) => level === "mandatory");
}

/** `1 mandatory finding`, `2 mandatory findings`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `3 to create, 1 to update`, or that nothing changes. */
export function changesInWords({ changes }: Review): string {
  const words = Object.entries(changes).map(([operation, count]) => `${count} to ${operation}`);
  return words.length === 0 ? "no change" : words.join(", ");
}
