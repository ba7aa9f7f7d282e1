/**
 * Environment of the bake's command: what the program tells the bake, and what the policy pack reads of it at the first preview, before
 * anything has run. Values that a policy compares stand apart from `BAKE_SPEC`, which is known only when the base image is.
 *
 * `create` needs the first four, `own` and `delete` BAKE_IMAGES, all BAKE_ACCOUNT.
 */
export interface BakeEnvironment {
  /** The bake's order as JSON, see packer/spec/spec.ts. */
  readonly BAKE_SPEC?: string;
  /** Type of the instance that bakes. */
  readonly BAKE_INSTANCE_TYPE?: string;
  /** 64 hexadecimal digits of what the image is made from. */
  readonly BAKE_FINGERPRINT?: string;
  /** What the image is made from as JSON, see packer/inputs/kept-inputs.ts. */
  readonly BAKE_INPUTS?: string;
  /** Account that the program runs in; a bake in another ends before it begins. */
  readonly BAKE_ACCOUNT?: string;
  /** Images that a `delete` is for, as JSON: {name, region, copies, stack}. */
  readonly BAKE_IMAGES?: string;
  /** `x86_64` or `arm64`. */
  readonly BAKE_ARCHITECTURE?: string;
  /** Region of the image. */
  readonly BAKE_REGION?: string;
  /** Regions of its copies, with commas between them. */
  readonly BAKE_COPIES?: string;
  /** `true` where the bake encrypts the image. */
  readonly BAKE_ENCRYPTED?: string;
  /** `v2.0` where instances of the image ask the metadata service with a token alone. */
  readonly BAKE_IMDS_SUPPORT?: string;
  /** `keep` or `delete`. */
  readonly BAKE_ON_DESTROY?: string;
  /** Of the earlier images, so many of the newest stay. */
  readonly BAKE_KEEP_COUNT?: string;
  /** Of the earlier images, those younger than so many days stay. */
  readonly BAKE_KEEP_DAYS?: string;
}

export type BakeVariable = keyof BakeEnvironment;

/** What an operator may set beside it, on the machine that bakes. */
export interface OperatorEnvironment {
  /** Minutes after which a bake is stopped. */
  readonly BAKE_LIMIT_MINUTES?: string;
  /** How old is what a bake removes before its own, in minutes. */
  readonly BAKE_SWEEP_MINUTES?: string;
  /** `abort` leaves a failed bake's instance for somebody to look at. */
  readonly BAKE_ON_ERROR?: string;
}
