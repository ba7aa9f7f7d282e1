/** Tags by which images, and what a bake leaked, are found again; the policy pack compares what they say. */
export const TAG = {
  bake: "chef-autoscaling:bake",
  fingerprint: "chef-autoscaling:fingerprint",
  /** What the image was made from (see kept-inputs.ts); goes on in `…:inputs-2` up to `-8`. */
  inputs: "chef-autoscaling:inputs",
  /** Of this package, which baked the image. */
  packageVersion: "chef-autoscaling:package-version",
  instanceType: "chef-autoscaling:instance-type",
  architecture: "chef-autoscaling:architecture",
  /** Id of the image the bake started from. */
  baseImage: "chef-autoscaling:base-image",
  /** Regions that the image is copied to, with spaces between them. */
  copies: "chef-autoscaling:copies",
  /** On what a `rebake` made: the images of the same address up to this time of creation are not used any more. */
  supersedes: "chef-autoscaling:supersedes",
  node: "chef-autoscaling:node",
  /** The 8 hexadecimal digits that end the names of one run's node, image and key pair. */
  run: "chef-autoscaling:run",
  /** When the run began, ISO 8601: what the sweep goes by. */
  started: "chef-autoscaling:started",
  /** Given by the program: project and stack that baked the image. */
  stack: "chef-autoscaling:stack",
} as const;
