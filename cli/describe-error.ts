/** AWS's errors say little without their name. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = error.message || (error as NodeJS.ErrnoException).code || "no message";
  return isOfAws(error) ? `${error.name}: ${said}` : said;
}

const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [/Credentials|Token|UnrecognizedClient|SignatureDoesNotMatch/, "log in to AWS, or name a profile with AWS_PROFILE"],
  [/AccessDenied|Unauthorized|NotAuthorized|Forbidden/, "let this identity do that; docs/cli.md lists what it needs"],
  [/NotFound|NotExist|NonExistent/, "check the name, the region and the account"],
];

/** What to do about an error of AWS; the library's own errors say so themselves. */
export function wayOutOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !isOfAws(error)) return undefined;
  if (/region is missing/i.test(error.message)) return "name it with '--region', or set AWS_REGION";
  return WAYS_OUT.find(([name]) => name.test(error.name))?.[1];
}

function isOfAws(error: Error): boolean {
  return "$metadata" in error || error.name === "CredentialsProviderError" || /region is missing/i.test(error.message);
}
