/** One finding of a rule in a preview. */
export interface Finding {
  readonly rule: string;
  readonly level: "mandatory" | "advisory";
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

/** Findings that stop a pull request. */
export function stopping({ findings }: Review): readonly Finding[] {
  return findings.filter(({ level }) => level === "mandatory");
}

/** The resource's own name, the last part of its URN. */
export function nameOf({ urn }: Finding): string {
  return urn.split("::").at(-1) ?? "";
}

/** `3 to create, 1 to update`, or that nothing changes. */
export function changesInWords({ changes }: Review): string {
  const words = Object.entries(changes).map(([operation, count]) => `${count} to ${operation}`);
  return words.length === 0 ? "no change" : words.join(", ");
}
