import { NEWEST_CLIENT } from "../connection/license";
import type { ValidationIssue } from "../validation/issues";
import type { ChefImageArgs } from "./chef-image-args";

/** Mistakes in a bake's settings for the Chef client, reported before anything is declared. */
export function clientIssues(args: Pick<ChefImageArgs, "chefClientVersion">): ValidationIssue[] {
  const moved = (args as { readonly chefLicense?: unknown }).chefLicense;
  return [...(moved === undefined ? [] : [licenseMoved(moved)]), ...versionIssues(args.chefClientVersion)];
}

/** The license applies to the bake and to every instance, so it is set in one place. */
function licenseMoved(value: unknown): ValidationIssue {
  const fix = "set 'license' in the Chef connection ('chef.license'), which applies to the bake and to every instance";
  return { property: "chefLicense", value, expected: "nothing here", fix };
}

function versionIssues(version: string | undefined): ValidationIssue[] {
  if (version === undefined || !(Number.parseInt(version, 10) > NEWEST_CLIENT)) return [];
  const expected = `a version up to ${NEWEST_CLIENT}: from 19 on, Chef Infra Client requires a license key and is installed under /hab`;
  return [{ property: "chefClientVersion", value: version, expected, fix: `leave it out, or use '${NEWEST_CLIENT}'` }];
}
