/** How many instances a group has. */
export interface Capacity {
  /** Minimum number of instances. */
  readonly min: number;
  /** Maximum number of instances. */
  readonly max: number;
  /** Number of instances at creation. @default min */
  readonly desired?: number;
  /**
   * Whether an update keeps the desired capacity that scaling has set. Use `false` only for groups that nothing else scales: an update then
   * sets the capacity to `desired` if `desired` has changed, or if `pulumi refresh` has found another capacity.
   *
   * @default true
   */
  readonly keepScaled?: boolean;
}
