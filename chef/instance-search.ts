import type { ChefClient, SearchPage } from "./client";
import { quote } from "./names";

const PAGE_ROWS = 100;
/** One instance has one node, seldom a second: a server that answers more did not heed the question. */
const MOST_ROWS = 1000;

/**
 * Names of the nodes that carry an instance's id, as the search index has it. The index lags behind the nodes, and may name one
 * that is gone or is another instance's by now: a name is worth a look at the node itself, and nothing more.
 * @throws when the server does not answer, or with what cannot be the answer
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
    // Chef leaves out of a page what only the index has; goiardi gives the page's size for the total, and breaks beyond the end.
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
