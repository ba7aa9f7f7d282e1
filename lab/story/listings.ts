/** Functions that list the names of each kind of thing. */
export type Listings = Record<string, () => Promise<string[]>>;

/** Collects the names from all pages. */
export async function all<Page>(
  pages: AsyncIterable<Page>,
  names: (page: Page) => readonly (string | undefined)[] | undefined,
): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) {
    found.push(...(names(page) ?? []).map((name) => name ?? "unnamed"));
  }
  return found;
}

/** The value of this key in each item. */
export function ids<K extends string>(
  items: readonly { readonly [key in K]?: string }[] | undefined,
  key: K,
): string[] {
  return (items ?? []).map((item) => item[key] ?? "unnamed");
}
