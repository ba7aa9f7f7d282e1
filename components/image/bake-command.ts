import * as aws from "@pulumi/aws";
import { builtFile } from "../built-code/built-file";

/** The shell's command that runs the bake's program. */
export function bakeCommand(operation: "create" | "own"): string {
  return `node ${builtFile("packer/bake.js")} ${operation}`;
}

/**
 * The command that removes images. It may run long after the program that wrote it: where the package is not installed any more, as
 * when it was taken out together with the image, it says so.
 */
export function removalCommand(): string {
  const file = builtFile("packer/bake.js");
  const missing = `'${file}', which removes the images, is missing: install pulumi-chef-autoscaling here again, and take it out after the update`;
  return `[ -f ${file} ] || { echo "${missing}" >&2; exit 1; }; exec node ${file} delete`;
}

/** The profile of the stack's configuration, which the bake's own calls use. */
export function profile(): Record<string, string> {
  return aws.config.profile ? { AWS_PROFILE: aws.config.profile } : {};
}
