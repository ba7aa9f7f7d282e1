/** How many instances a group has. */
export interface Capacity {
  /** Instances at least. */
  readonly min: number;
  /** Instances at most. */
  readonly max: number;
  /** Instances to begin with. @default min */
  readonly desired?: number;
  /**
   * Whether what scaling made of the desired capacity survives an update. `false` is for groups that nothing else scales:
   * an update sets it to `desired` when that changed, or when `pulumi refresh` has seen the group differ from it.
   *
   * @default true
   */
  readonly keepScaled?: boolean;
}
