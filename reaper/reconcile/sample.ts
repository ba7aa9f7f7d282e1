/** A random sample, in no order, each item with the same probability. */
export function sample<T>(items: readonly T[], most: number, random: () => number): T[] {
  const left = [...items];
  const picked: T[] = [];
  while (picked.length < most && left.length > 0) {
    const last = left.pop() as T;
    const at = Math.floor(random() * (left.length + 1));
    picked.push(left[at] ?? last);
    if (at < left.length) left[at] = last;
  }
  return picked;
}
