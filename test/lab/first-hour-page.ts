/** A capture in docs/first-hour.md: a comment with its name, and the text below it. */

const CAPTURE = /<!-- capture: ([\w-]+) -->\n(?:\n```text\n[\s\S]*?\n```\n)?/g;

/** Names of the captures, in order. */
export function capturesOf(page: string): string[] {
  return [...page.matchAll(CAPTURE)].map(([, name = ""]) => name);
}

/** Returns the page with these texts, each below its comment. @throws if a text is missing */
export function withCaptures(page: string, texts: ReadonlyMap<string, string>): string {
  return page.replace(CAPTURE, (_, name: string) => {
    const text = texts.get(name);
    if (!text) throw new Error(`nothing was captured for '${name}'`);
    return `<!-- capture: ${name} -->\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
}
