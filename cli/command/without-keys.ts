import { NOT_SHOWN, shownText } from "../../chef/keys";

/**
 * A text without the keys that were given by mistake, and without parts of keys, which `printable` does not know for what they are:
 * commander repeats an argument or a variable that it does not understand.
 */
export function withoutGivenKeys(text: string): string {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith("REAPER_"));
  const given = [...process.argv.slice(2), ...variables.map(([, value]) => value ?? "")];
  const keys = given.filter((value) => shownText(value) === NOT_SHOWN);
  return keys.reduce((rest, key) => rest.replaceAll(key, NOT_SHOWN), text);
}

/** As long as a line of a key, of its characters alone. */
const PERHAPS_A_LINE = /^[A-Za-z0-9+/=_-]{40,}$/;

/**
 * What Commander says of a call, without the keys and without whatever may be a line of one: an unquoted `$KEY` comes as one argument
 * for each line, and no line can be told from a long name for certain.
 */
export function withoutGivenLines(text: string): string {
  const lines = process.argv.slice(2).filter((value) => PERHAPS_A_LINE.test(value));
  const rest = lines.reduce((left, line) => left.replaceAll(line, `an argument of ${line.length} characters`), text);
  return withoutGivenKeys(rest);
}
