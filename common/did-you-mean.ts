/**
 * The known name that was most likely meant, as `did you mean 'instanceType'?`; undefined if none is similar.
 *
 * @param known all valid names
 */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  const wanted = plain(given);
  const ranked = known
    .map((name) => ({ name, distance: editDistance(wanted, plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (!best || best.distance > Math.max(1, Math.floor(wanted.length / 3))) return undefined;
  return `did you mean '${best.name}'?`;
}

/** Ignores case, dashes and underscores. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/** Number of characters that were added, left out, replaced or swapped with their neighbor (optimal string alignment). */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column++) rows[row]?.push(cell(rows, from, to, row, column));
  }
  return rows[from.length]?.[to.length] ?? 0;
}

function cell(rows: readonly number[][], from: string, to: string, row: number, column: number): number {
  const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? Number.POSITIVE_INFINITY;
  const exchanged = at(1, 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
  const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1] ? at(2, 2) + 1 : exchanged;
  return Math.min(at(1, 0) + 1, at(0, 1) + 1, exchanged, swapped);
}
