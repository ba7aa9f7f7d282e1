import { withoutKeys } from "./key-material";

/**
 * Characters that a terminal would obey or hide instead of showing: control characters of both sets, line breaks, marks that change the
 * text direction, zero-width characters, unpaired surrogates, private and unassigned characters, and the Braille blank.
 *
 * @see https://www.unicode.org/reports/tr44/#General_Category_Values
 */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Maximum characters of one line; our own messages are far shorter. */
const LONGEST_LINE = 2000;
/** Characters that are searched for keys; anything beyond is cut. */
const LONGEST_LOOK = 100_000;

/**
 * Foreign text as one line that is safe to print on a terminal; all such text is printed through this function. Unsafe characters become
 * escapes such as \x1b or \u202e, private keys are removed, and long texts are truncated with a note. Never throws.
 *
 * @param longest characters kept. @default 2000
 */
export function printable(text: string, longest = LONGEST_LINE): string {
  const clean = withoutKeys(text.slice(0, LONGEST_LOOK)) + text.slice(LONGEST_LOOK);
  const cut = clean.length > longest ? wholeCharacters(clean.slice(0, longest)) : clean;
  const shown = cut.replace(NOT_SHOWN, escaped);
  return cut.length < clean.length ? `${shown}… (${clean.length - cut.length} more characters)` : shown;
}

/** The same for a text with intended line breaks, such as a program's output; each line is truncated separately. */
export function printableLines(text: string, longest = LONGEST_LINE): string {
  return withoutKeys(text)
    .split(/\r?\n/)
    .map((line) => printable(line.replace(COLOR, ""), longest))
    .join("\n");
}

/** A JSON document on one line with the same value, except for private keys, that is safe to print on a terminal. */
export function printableJson(document: unknown): string {
  return JSON.stringify(document, (_name, value) => (typeof value === "string" ? withoutKeys(value) : value)).replace(
    NOT_SHOWN,
    (found) => Array.from({ length: found.length }, (_, at) => `\\u${hex(found.charCodeAt(at), 4)}`).join(""),
  );
}

/** Programs color their lines; that is no news, and without it nothing is lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control character that is looked for
const COLOR = /\u001b\[[0-9;]*m/g;

function escaped(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (code <= 0xff) return NAMED[found] ?? `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Does not end with half of a surrogate pair. */
function wholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}
