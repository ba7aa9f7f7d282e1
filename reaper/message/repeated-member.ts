/** Strings, and the characters that structure a JSON text. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * The name of a member that occurs twice in one object of a JSON text. Readers differ on which of the two counts; JSON.parse takes the
 * last.
 *
 * @param text valid JSON
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export function repeatedMember(text: string): string | undefined {
  const around: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") around.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") around.pop();
    else if (token !== ":") last = token;
    else {
      const name = JSON.parse(last) as string;
      const names = around.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}
