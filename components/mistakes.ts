import { InputPropertiesError } from "@pulumi/pulumi";

/** One thing wrong with the arguments: which property, what it got, what was expected, what to do. */
export interface Mistake {
  readonly property: string;
  readonly value: unknown;
  readonly expected: string;
  readonly wayOut: string;
}

/** A mistake in one sentence. */
export function sentence({ property, value, expected, wayOut }: Mistake): string {
  return `'${property}' is ${quoted(value)}, expected ${expected}; ${wayOut}`;
}

/** A key pasted where its place belongs must not be repeated into a log. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.includes("PRIVATE KEY") ? "a private key (not shown)" : text;
}

/**
 * Raises all mistakes together in the form that Pulumi prints without a stack.
 *
 * @param subject what the arguments are for, named in the first line
 * @throws InputPropertiesError where there is at least one
 */
export function raise(subject: string, mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  const message = [`${subject} has ${count}:`, ...mistakes.map((mistake) => `  - ${sentence(mistake)}`)].join("\n");
  throw new InputPropertiesError({
    message,
    errors: mistakes.map((mistake) => ({ propertyPath: mistake.property, reason: sentence(mistake) })),
  });
}
