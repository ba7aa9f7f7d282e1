/** Items in their order, so many in each batch and the rest in the last: AWS takes no more in one call. */
export function batchesOf<T>(items: Iterable<T>, size: number): T[][] {
  const all = [...items];
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
