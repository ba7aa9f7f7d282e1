/** One finding of a rule in a preview. */
export interface Finding {
  readonly rule: string;
  /** The pack of a team's own that the rule is of; undefined for the package's rules in the package's pack. */
  readonly pack?: string;
  /** `mended` where the rule is told to remediate and did: the update would make the resource as the rule wants it. */
  readonly level: "mandatory" | "advisory" | "mended";
  readonly severity: "low" | "medium" | "high" | "critical" | "unspecified";
  /** The resource it is about; empty where it is about the stack. */
  readonly urn: string;
  /** Names the resource, what was found and how to mend it. */
  readonly message: string;
}

/** What a preview and the policy pack say of a stack. */
export interface Review {
  readonly stack: string;
  /** Resources by what the update would do with them: create, update, replace, delete. */
  readonly changes: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** What kept the preview from its end, if anything did. */
  readonly errors: readonly string[];
}

const SEVERITIES: readonly Finding["severity"][] = ["critical", "high", "medium", "low", "unspecified"];

/** What stops first, then by severity; the rest by name, so that a review reads the same whatever order they came in. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const place = ({ level, severity, rule, urn, pack = "" }: Finding) =>
    [["mandatory", "advisory", "mended"].indexOf(level), SEVERITIES.indexOf(severity), rule, urn, pack].join(" ");
  return [...findings].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** Findings that stop a pull request. */
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
