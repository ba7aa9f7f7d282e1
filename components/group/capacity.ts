/** How many instances a group has. */
export interface Capacity {
  /** Instances at least. */
  readonly min: number;
  /** Instances at most. */
  readonly max: number;
  /** Instances to begin with. @default min */
  readonly desired?: number;
  /**
   * Whether what scaling made of the desired capacity survives an update. `false` sets it to `desired` at every change
   * of the group, for groups that nothing else scales.
   *
   * @default true
   */
  readonly keepScaled?: boolean;
}
