/** Splits items, in their order, into batches of `size`; AWS accepts no more per call. */
export function batchesOf<T>(items: Iterable<T>, size: number): T[][] {
  const all = [...items];
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
