/** Start of a here-document: `<<END`, `<<-END`, `<<'END'`, but not the here-string `<<<`. */
const HERE_DOCUMENT = /(?<!<)<<(-?)\s*(["']?)\\?([A-Za-z_]\w*)\2/g;

/**
 * The text of a script or template without lines that are only a comment. The content of here-documents is kept. Comments behind commands
 * are kept too, since recognizing them would need a parser. `test/unit/comments.test.ts` checks with bash that each script of this package
 * still means the same.
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
  /** Written as `<<-`: the delimiter may be indented with tabs. */
  readonly indented: boolean;
}

function hereDocumentsIn(line: string): Delimiter[] {
  return [...line.matchAll(HERE_DOCUMENT)].map(([, dash, , word = ""]) => ({ word, indented: dash === "-" }));
}
