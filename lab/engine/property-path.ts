import { isObject, type Properties, type Value } from "../providers/values";

/** Splits a property path such as `tags`, `a.b[0]`, `environment["KEY"]` or `*` into its steps. */
function parsePath(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain,
  );
}

/** Whether one of the paths starts at this top-level key. */
export function touches(paths: readonly string[], key: string): boolean {
  return paths.some((path) => ["*", key].includes(parsePath(path)[0]));
}

/** The new inputs with the old value at every ignored path; a value that did not exist before is removed. */
export function keepIgnored(inputs: Properties, old: Properties, paths: readonly string[]): Properties {
  return paths.reduce((kept, path) => keepAt(kept, old, parsePath(path)), inputs);
}

function keepAt(inputs: Properties, old: Properties, [step, ...rest]: string[]): Properties {
  const keys = step === "*" ? [...new Set([...Object.keys(inputs), ...Object.keys(old)])] : [step];
  const kept = { ...inputs };
  for (const key of keys) {
    const value = rest.length === 0 ? old[key] : keepInside(inputs[key], old[key], rest);
    if (value === undefined) delete kept[key];
    else kept[key] = value;
  }
  return kept;
}

function keepInside(value: Value | undefined, old: Value | undefined, rest: string[]): Value | undefined {
  if (isObject(value) && isObject(old)) return keepAt(value, old, rest);
  if (Array.isArray(value) && Array.isArray(old)) {
    const kept = keepAt(Object.fromEntries(value.entries()), Object.fromEntries(old.entries()), rest);
    return Object.values(kept);
  }
  return value;
}
