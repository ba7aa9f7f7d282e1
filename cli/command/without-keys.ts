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
