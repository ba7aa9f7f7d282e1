/** Where a here-document begins: `<<END`, `<<-END`, `<<'END'`, but not the here-string `<<<`. */
const HERE_DOCUMENT = /(?<!<)<<(-?)\s*(["']?)\\?([A-Za-z_]\w*)\2/g;

/**
 * A script's or a template's text without the lines that are a comment and nothing else. What stands in a here-document stays. A
 * comment behind a command stays too: to tell it from a `#` in a text would take a parser. `test/unit/comments.test.ts` asks bash
 * whether each script of this package still means the same.
 */
export function withoutComments(text: string): string {
  const open: Delimiter[] = [];
  const kept = text.split("\n").filter((line, index) => {
    const [here] = open;
    if (here) {
      if ((here.indented ? line.replace(/^\t+/, "") : line) === here.word) open.shift();
      return true;
    }
    if (/^\s*#/.test(line)) return index === 0 && line.startsWith("#!");
    open.push(...hereDocumentsIn(line));
    return true;
  });
  return kept.join("\n");
}

interface Delimiter {
  readonly word: string;
  /** Written as `<<-`: the delimiter may stand behind tabs. */
  readonly indented: boolean;
}

function hereDocumentsIn(line: string): Delimiter[] {
  return [...line.matchAll(HERE_DOCUMENT)].map(([, dash, , word = ""]) => ({ word, indented: dash === "-" }));
}
