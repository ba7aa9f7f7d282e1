import type { ValidationIssue } from "../validation/issues";

/** Chef's own values. `accept-no-persist` does not write a license file on the instance. */
export type ChefLicense = "accept" | "accept-silent" | "accept-no-persist";

export const CHEF_LICENSES = ["accept", "accept-silent", "accept-no-persist"] as const satisfies readonly ChefLicense[];

/** The newest supported major version: from 19 on, Chef Infra Client requires a license key and is installed under /hab. */
export const NEWEST_CLIENT = 18;

export function licenseIssues(license: unknown): ValidationIssue[] {
  if (license === undefined || (CHEF_LICENSES as readonly unknown[]).includes(license)) return [];
  const expected = CHEF_LICENSES.map((word) => `'${word}'`).join(" or ");
  const fix = "leave it out for Cinc Client, which needs no license";
  return [{ property: "chef.license", value: license, expected, fix }];
}
