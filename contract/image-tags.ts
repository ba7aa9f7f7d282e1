/** Tags by which images and leftovers of bakes are found; the policy pack compares their values. */
export const TAG = {
  bake: "chef-autoscaling:bake",
  fingerprint: "chef-autoscaling:fingerprint",
  /** The image's inputs (see kept-inputs.ts); continued in `…:inputs-2` up to `-8`. */
  inputs: "chef-autoscaling:inputs",
  /** Version of this package, which baked the image. */
  packageVersion: "chef-autoscaling:package-version",
  instanceType: "chef-autoscaling:instance-type",
  architecture: "chef-autoscaling:architecture",
  /** Id of the image from which the bake started. */
  baseImage: "chef-autoscaling:base-image",
  /** Regions to which the image is copied, separated by spaces. */
  copies: "chef-autoscaling:copies",
  /** On the result of a `rebake`: images of the same fingerprint that were created up to this time are no longer used. */
  supersedes: "chef-autoscaling:supersedes",
  node: "chef-autoscaling:node",
  /** The last 8 hexadecimal digits in the names of a bake's node, image and key pair. */
  run: "chef-autoscaling:run",
  /** When the bake started, ISO 8601; used by the sweep. */
  started: "chef-autoscaling:started",
  /** Set by the program: project and stack that baked the image. */
  stack: "chef-autoscaling:stack",
} as const;
