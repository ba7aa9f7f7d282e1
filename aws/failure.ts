import type { AwsCall } from "./client";

/** Why an AWS call failed, for code that depends on it. */
export type AwsCause =
  | "no-credentials"
  | "expired"
  | "not-accepted"
  | "clock"
  | "denied"
  | "no-region"
  | "unknown-host"
  | "unreachable"
  | "throttled"
  | "unavailable"
  | "not-found"
  | "refused";

/** Description of a failed AWS call. */
export interface AwsFailure {
  readonly cause: AwsCause;
  /** The call, the error's name, and AWS's message. */
  readonly message: string;
  /** The next step. */
  readonly fix: string;
}

/** Names and codes of errors, as the SDK and AWS's services spell them. The first match decides. */
const CAUSES: readonly (readonly [AwsCause, RegExp])[] = [
  ["expired", /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired)$/],
  ["no-credentials", /CredentialsProviderError|TokenProviderError|MissingAuthenticationToken/],
  ["clock", /^(RequestTimeTooSkewed|SignatureDoesNotMatch|InvalidSignature|InvalidSignatureException)$/],
  [
    "not-accepted",
    /^(UnrecognizedClient|InvalidClientTokenId|AuthFailure|InvalidAccessKeyId|OptInRequired|InvalidToken)/,
  ],
  ["denied", /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden/],
  ["throttled", /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|BandwidthLimit/],
  ["unknown-host", /^(ENOTFOUND|EAI_AGAIN)$/],
  ["unreachable", /^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|TimeoutError|EPROTO|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_)/],
  ["not-found", /NotFound|NotExist|NonExistent|DoesNotExist|NoSuch/],
];

/** The failure that an AWS error describes; undefined for any other error. */
export function awsFailureOf(error: unknown): AwsFailure | undefined {
  if (!(error instanceof Error) || !isOfAws(error)) return undefined;
  const cause = causeOf(error);
  const { aws } = error as { aws?: AwsCall };
  const call = aws === undefined ? UNNAMED : `${aws.service}:${aws.call}`;
  const where = aws?.region ? ` in ${aws.region}` : "";
  const [what, fix] = TOLD[cause];
  const message = `${call}${where} ${what} (${nameOf(error)}): ${said(error)}`;
  return { cause, message, fix: typeof fix === "string" ? fix : fix(call, aws?.region ?? "?", error.message) };
}

/** The message for the user about any error, with the next step for AWS errors; the library's own errors already contain theirs. */
export function messageOf(error: unknown): string {
  const failure = awsFailureOf(error);
  if (failure) return `${failure.message}; ${failure.fix}`;
  return error instanceof Error ? said(error) : String(error);
}

function isOfAws(error: Error): boolean {
  return "aws" in error || "$metadata" in error || error.name === "CredentialsProviderError";
}

function causeOf(error: Error): AwsCause {
  // The SDK gives this error neither a name nor a code
  if (/region is missing/i.test(error.message)) return "no-region";
  // Its credentials provider says this of an expired session of IAM Identity Center, or of none
  if (/CredentialsProviderError|TokenProviderError/.test(error.name) && /SSO/.test(error.message)) return "expired";
  const names = [error.name, (error as NodeJS.ErrnoException).code ?? ""];
  const found = CAUSES.find(([, pattern]) => names.some((name) => pattern.test(name)));
  if (found) return found[0];
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? "unavailable" : "refused";
}

function nameOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.name === "Error" && code ? code : error.name;
}

function said(error: Error): string {
  const attempts = (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
  const often = attempts > 1 ? `, after ${attempts} attempts` : "";
  return `${error.message || (error as NodeJS.ErrnoException).code || "no message"}${often}`;
}

const UNNAMED = "a call of AWS";

const WHERE_TO_ALLOW =
  "in the policies of the function's, task's or instance's role, or of your own user or role ('aws sts get-caller-identity' shows it); " +
  "if these allow it, a permissions boundary or the organization's policies do not";

/** What KMS's refusal of a key looks like through SSM and through Secrets Manager, which do not name the action. */
const KEY_REFUSED = /^The ciphertext refers to a customer master key|^Access to KMS is not allowed/;

/**
 * AWS names the missing action, which need not be the call: reading a parameter decrypts it, and before the first call a profile's role is
 * assumed. A policy that denies it explicitly is named too.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
function toAllow(call: string, _region: string, said: string): string {
  const named = /is not authorized to perform:? ([\w-]+:\w+)/.exec(said)?.[1];
  const action = named ?? (KEY_REFUSED.test(said) ? "kms:Decrypt" : call === UNNAMED ? "that call" : call);
  const denying = /with an explicit deny in (an? [\w -]+?)(?:[.:,;]|$)/.exec(said)?.[1];
  if (denying) {
    return `${denying} denies ${action} explicitly, which no other policy can allow: ask whoever manages it to change it`;
  }
  const trust = action === "sts:AssumeRole" ? ", and this identity in the role's trust policy" : "";
  return `allow ${action} for this identity${trust}: ${WHERE_TO_ALLOW}`;
}

/** The outcome of the call, and the next step. */
const TOLD: Readonly<
  Record<AwsCause, readonly [what: string, fix: string | ((call: string, region: string, said: string) => string)]>
> = {
  "no-credentials": [
    "could not be called, because there are no AWS credentials",
    "log in to AWS, or set AWS_PROFILE; on AWS, give the function, task or instance a role",
  ],
  expired: [
    "was refused, because the AWS session has expired",
    "log in to AWS again ('aws sso login', or get new credentials), then run this again",
  ],
  "not-accepted": [
    "was refused, because AWS does not accept the credentials",
    (_, region) => `check the access key and its account, and that the region '${region}' is enabled in the account`,
  ],
  clock: [
    "was refused because of its signature: the secret key or the clock is wrong",
    "check the secret access key, and set this machine's clock: timedatectl set-ntp true",
  ],
  denied: ["is not allowed", toAllow],
  "no-region": ["could not be called, because no region is set", "set '--region' or AWS_REGION"],
  "unknown-host": [
    "could not be called, because its host name cannot be resolved",
    (_, region) => `check that the region '${region}' exists, and that this machine can reach a name server`,
  ],
  unreachable: [
    "got no response",
    "check that this machine can reach AWS through the network or its proxy, and try again",
  ],
  throttled: [
    "was throttled by AWS",
    "wait a minute and run this again; if it persists, find out what else calls AWS so often in this account",
  ],
  unavailable: ["failed at AWS", "try again in a few minutes; AWS's health dashboard shows whether there is an outage"],
  "not-found": ["found nothing", "check the name, the region and the account"],
  refused: ["was refused", "check AWS's message, the region and the account"],
};
