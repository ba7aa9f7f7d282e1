import type { ValidationIssue } from "../validation/issues";

/** Chef's own words. `accept-no-persist` leaves no file that says so on the instance. */
export type ChefLicense = "accept" | "accept-silent" | "accept-no-persist";

export const CHEF_LICENSES = ["accept", "accept-silent", "accept-no-persist"] as const satisfies readonly ChefLicense[];

/** The newest major version that is supported: from 19 on Chef Infra Client asks for a license key and lives under /hab. */
export const NEWEST_CLIENT = 18;

export function licenseIssues(license: unknown): ValidationIssue[] {
  if (license === undefined || (CHEF_LICENSES as readonly unknown[]).includes(license)) return [];
  const expected = CHEF_LICENSES.map((word) => `'${word}'`).join(" or ");
  const fix = "leave it out for Cinc Client, which asks for no license";
  return [{ property: "chef.license", value: license, expected, fix }];
}
