/** Sentences that several steps of a rollout tell. */
import type { GroupPlace } from "./group-access";

export function howToLook({ groupName, region }: GroupPlace): string {
  return `look with 'chef-autoscaling rollout status --group ${groupName} --region ${region}'`;
}

export const TRY_AGAIN =
  "mend what the instances tell and run 'pulumi up' again; with the image before it replaces nothing";

export function failedText(count: number): string {
  return `${count === 1 ? "a new instance" : `${count} new instances`} failed before ${count === 1 ? "it was" : "they were"} in service`;
}
