/** The captures of docs/first-hour.md: a comment that names each, and the text below it. */

const CAPTURE = /<!-- capture: ([\w-]+) -->\n(?:\n```text\n[\s\S]*?\n```\n)?/g;

/** Names of the captures, in their order. */
export function capturesOf(page: string): string[] {
  return [...page.matchAll(CAPTURE)].map(([, name = ""]) => name);
}

/** The page with these texts, each below its comment. Errors: one has no text. */
export function withCaptures(page: string, texts: ReadonlyMap<string, string>): string {
  return page.replace(CAPTURE, (_, name: string) => {
    const text = texts.get(name);
    if (!text) throw new Error(`nothing was captured for '${name}'`);
    return `<!-- capture: ${name} -->\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
}
