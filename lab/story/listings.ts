/** How to list each kind of thing there is, by names. */
export type Listings = Record<string, () => Promise<string[]>>;

/** The names on every page. */
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

/** What each item has under this key. */
export function ids<K extends string>(
  items: readonly { readonly [key in K]?: string }[] | undefined,
  key: K,
): string[] {
  return (items ?? []).map((item) => item[key] ?? "unnamed");
}
