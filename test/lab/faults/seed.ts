/** The seed of everything random here, which test titles contain. FAULTS_SEED repeats a run. */
export const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 to 1, always the same for the same seed. @see https://github.com/cprosche/mulberry32 */
export function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
