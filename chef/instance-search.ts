import type { ChefClient, SearchPage } from "./client";
import { quote } from "./names";

const PAGE_ROWS = 100;
/** An instance has one node, rarely two: a server that returns more ignored the query. */
const MOST_ROWS = 1000;

/**
 * Names of the nodes that carry an instance's id according to the search index. The index lags behind: a node may be gone, or belong to
 * another instance by now. So read the node itself before you rely on it.
 *
 * @throws if the server does not respond, or its response is invalid
 */
export async function searchNodesOfInstance(chef: Pick<ChefClient, "search">, instanceId: string): Promise<string[]> {
  const query = `ec2_instance_id:${instanceId}`;
  const names = new Set<string>();
  for (let start = 0, isMore = true; isMore; start += PAGE_ROWS) {
    if (start >= MOST_ROWS) {
      throw new Error(`the search for '${query}' does not end, so it proves nothing: ${FIX}`);
    }
    const page = await chef.search("node", query, { start, rows: PAGE_ROWS });
    for (const name of namesIn(page, query)) names.add(name);
    // Chef omits rows from a page that only the index has; goiardi returns the page's size as the
    // total, and fails beyond the end.
    isMore = page.rows.length >= PAGE_ROWS || start + PAGE_ROWS < page.total;
  }
  return [...names];
}

const FIX = "reindex the nodes on the server (chef-server-ctl reindex), or turn off the search for other names";

function namesIn({ rows }: SearchPage, query: string): string[] {
  return rows.map(({ name }) => {
    if (typeof name === "string") return name;
    throw new Error(`the search for ${quote(query)} returned a row without a name, which proves nothing: ${FIX}`);
  });
}
