/** What is seen, why, and what to do. */
export type Row = readonly [seen: string, why: string, fix: string];

/** What a check says as it refuses. */
export function refused(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}
