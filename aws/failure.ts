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
  const message = `${call}${where} ${WHAT[cause]} (${nameOf(error)}): ${said(error)}`;
  return { cause, message, fix: fixOf(cause, call, aws?.region) };
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

const WHAT: Readonly<Record<AwsCause, string>> = {
  "no-credentials": "could not be called, because there are no AWS credentials",
  expired: "was refused, because the AWS session has expired",
  "not-accepted": "was refused, because AWS does not accept the credentials",
  clock: "was refused because of its signature: the secret key or the clock is wrong",
  denied: "is not allowed",
  "no-region": "could not be called, because no region is set",
  "unknown-host": "could not be called, because its host name cannot be resolved",
  unreachable: "got no response",
  throttled: "was throttled by AWS",
  unavailable: "failed at AWS",
  "not-found": "found nothing",
  refused: "was refused",
};

const WHERE_TO_ALLOW =
  "in the policies of the function's, task's or instance's role, or of your own user or role ('aws sts get-caller-identity' shows it); " +
  "if these allow it, a permissions boundary or the organization's policies do not";

function fixOf(cause: AwsCause, call: string, region: string | undefined): string {
  switch (cause) {
    case "no-credentials":
      return "log in to AWS, or set AWS_PROFILE; on AWS, give the function, task or instance a role";
    case "expired":
      return "log in to AWS again ('aws sso login', or get new credentials), then run this again";
    case "not-accepted":
      return `check the access key and its account, and that the region '${region ?? "?"}' is enabled in the account`;
    case "clock":
      return "check the secret access key, and set this machine's clock: timedatectl set-ntp true";
    case "denied":
      return `allow ${call === UNNAMED ? "that call" : call} for this identity: ${WHERE_TO_ALLOW}`;
    case "no-region":
      return "set '--region' or AWS_REGION";
    case "unknown-host":
      return `check that the region '${region ?? "?"}' exists, and that this machine can reach a name server`;
    case "unreachable":
      return "check that this machine can reach AWS through the network or its proxy, and try again";
    case "throttled":
      return "wait a minute and run this again; if it persists, find out what else calls AWS so often in this account";
    case "unavailable":
      return "try again in a few minutes; AWS's health dashboard shows whether there is an outage";
    case "not-found":
      return "check the name, the region and the account";
    case "refused":
      return "check AWS's message, the region and the account";
  }
}
