/** Message, cause, and what to do. */
export type Row = readonly [seen: string, why: string, fix: string];

/** The error message of a check. */
export function refused(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}
