/** The equivalent of another library's argument. */
export type Row =
  /** Paths of a group's arguments, `*` for any member of a list or map. */
  | { readonly kind: "first class"; readonly paths: readonly string[] }
  /** A property of a resource in `passOn`. */
  | { readonly kind: "passed on"; readonly resource: string; readonly property: string }
  /** Why there is no equivalent. */
  | { readonly kind: "deliberately not"; readonly reason: string };

/** All arguments of another library's group, by name. */
export interface Foreign {
  readonly title: string;
  /** Where the names were read, with the version. */
  readonly source: string;
  readonly rows: Readonly<Record<string, Row>>;
}

export function ours(...paths: readonly string[]): Row {
  return { kind: "first class", paths };
}

export function passedOn(resource: string, property: string): Row {
  return { kind: "passed on", resource, property };
}

export function not(reason: string): Row {
  return { kind: "deliberately not", reason };
}
