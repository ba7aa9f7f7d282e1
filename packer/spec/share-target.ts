const ACCOUNT = /^\d{12}$/;
/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html and API_OrganizationalUnit.html there */
const ORGANIZATION = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
const UNIT = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/;

/** Whether an image can be shared with it: an account, an organization or one of its units. */
export function isShareable(target: unknown): boolean {
  return typeof target === "string" && [ACCOUNT, ORGANIZATION, UNIT].some((form) => form.test(target));
}

/** The accounts with which Packer itself shares image and snapshots. */
export function accountsOf(shareWith: readonly string[] | undefined): string[] | undefined {
  return shareWith?.filter((target) => ACCOUNT.test(target));
}

export function isAccount(target: string): boolean {
  return ACCOUNT.test(target);
}

export function isUnit(target: string): boolean {
  return UNIT.test(target);
}
