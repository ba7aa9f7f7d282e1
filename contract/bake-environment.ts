/**
 * Environment of the bake's command: what the program passes to the bake, and what the policy pack reads on the first preview, before
 * anything has run. Values that a policy compares are separate from `BAKE_SPEC`, which is known only when the base image is.
 *
 * `create` needs the first four, `own` and `delete` need BAKE_IMAGES, all need BAKE_ACCOUNT.
 */
export interface BakeEnvironment {
  /** Specification of the bake as JSON, see packer/spec/spec.ts. */
  readonly BAKE_SPEC?: string;
  /** Type of the instance that bakes. */
  readonly BAKE_INSTANCE_TYPE?: string;
  /** Fingerprint of the image's inputs, 64 hexadecimal digits. */
  readonly BAKE_FINGERPRINT?: string;
  /** The image's inputs as JSON, see packer/inputs/kept-inputs.ts. */
  readonly BAKE_INPUTS?: string;
  /** Account of the program; a bake in another account fails at the start. */
  readonly BAKE_ACCOUNT?: string;
  /** Images for a `delete`, as JSON: {name, region, copies, stack}. */
  readonly BAKE_IMAGES?: string;
  /** `x86_64` or `arm64`. */
  readonly BAKE_ARCHITECTURE?: string;
  /** Region of the image. */
  readonly BAKE_REGION?: string;
  /** Regions of its copies, separated by commas. */
  readonly BAKE_COPIES?: string;
  /** `true` if the bake encrypts the image. */
  readonly BAKE_ENCRYPTED?: string;
  /** `v2.0` if instances of the image require IMDSv2. */
  readonly BAKE_IMDS_SUPPORT?: string;
  /** `keep` or `delete`. */
  readonly BAKE_ON_DESTROY?: string;
  /** Number of newest earlier images that are kept. */
  readonly BAKE_KEEP_COUNT?: string;
  /** Age in days below which earlier images are kept. */
  readonly BAKE_KEEP_DAYS?: string;
}

export type BakeVariable = keyof BakeEnvironment;

/** Variables that an operator may set in addition, on the machine that bakes. */
export interface OperatorEnvironment {
  /** Minutes after which a bake is stopped. */
  readonly BAKE_LIMIT_MINUTES?: string;
  /** Minimum age in minutes of leftovers that a bake removes at its start. */
  readonly BAKE_SWEEP_MINUTES?: string;
  /** `abort` leaves a failed bake's instance running for inspection. */
  readonly BAKE_ON_ERROR?: string;
}
