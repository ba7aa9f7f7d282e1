import { NOT_SHOWN, shownText } from "../../chef/keys";

/**
 * A text without keys that were given by mistake, and without parts of keys, which `printable` does not recognize: commander repeats
 * arguments and variables that it does not understand.
 */
export function withoutGivenKeys(text: string): string {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith("REAPER_"));
  const given = [...givenArguments(), ...variables.map(([, value]) => value ?? "")];
  return given.reduce((rest, value) => {
    const shown = shownText(value);
    if (shown === `'${value}'`) return rest;
    return rest.replaceAll(value, shown === NOT_SHOWN ? NOT_SHOWN : shown.slice(1, -1));
  }, text);
}

/** The arguments, and the values of those that are written as `--option=value`. */
function givenArguments(): string[] {
  const given = process.argv.slice(2);
  return [...given, ...given.flatMap((argument) => /^--[a-z-]+=(.+)$/s.exec(argument)?.[1] ?? [])];
}

/** As long as a line of a key, with only its characters. */
const PERHAPS_A_LINE = /^[A-Za-z0-9+/=_-]{40,}$/;

/**
 * Commander's message about a call, without keys and without anything that may be a line of one: an unquoted `$KEY` becomes one argument
 * per line, and a line cannot be distinguished from a long name for certain.
 */
export function withoutGivenLines(text: string): string {
  const lines = givenArguments().filter((value) => PERHAPS_A_LINE.test(value));
  const rest = lines.reduce((left, line) => left.replaceAll(line, `an argument of ${line.length} characters`), text);
  return withoutGivenKeys(rest);
}
