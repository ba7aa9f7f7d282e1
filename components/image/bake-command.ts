import * as aws from "@pulumi/aws";
import { builtFile } from "../built-code/built-file";

/** The shell command that runs the bake's program. */
export function bakeCommand(operation: "create" | "own"): string {
  return `node ${builtFile("packer/bake.js")} ${operation}`;
}

/**
 * The command that removes images. It may run long after the program that wrote it. If the package is no longer installed, for example
 * because it was removed together with the image, the command says so.
 */
export function removalCommand(): string {
  const file = builtFile("packer/bake.js");
  const missing = `'${file}', which removes the images, is missing: install pulumi-chef-autoscaling here again, and remove it after the update`;
  return `[ -f ${file} ] || { echo "${missing}" >&2; exit 1; }; exec node ${file} delete`;
}

/** The AWS profile of the stack's configuration, which the bake's own calls use. */
export function profile(): Record<string, string> {
  return aws.config.profile ? { AWS_PROFILE: aws.config.profile } : {};
}
