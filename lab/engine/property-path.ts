import { isObject, type Properties, type Value } from "../providers/values";

/** Steps of a path such as `tags`, `a.b[0]`, `environment["KEY"]` or `*`. */
export function parsePath(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain,
  );
}

/** Tells whether a change of the top-level key falls under one of the paths. */
export function touches(paths: readonly string[], key: string): boolean {
  return paths.some((path) => ["*", key].includes(parsePath(path)[0]));
}

/** The new inputs with the old value at every ignored path; a path that was not there is taken away. */
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
