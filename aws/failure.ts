import type { AwsCall } from "./client";

/** Why a call of AWS failed, for code that decides on it. */
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

/** A call of AWS that failed, in words. */
export interface AwsFailure {
  readonly cause: AwsCause;
  /** The call, the error's name, and what AWS said. */
  readonly message: string;
  /** The next step. */
  readonly fix: string;
}

/** Names and codes of errors, as the SDK and AWS's services spell them. The first that holds decides. */
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

/** What is known of an error of AWS; undefined where it is none. */
export function awsFailureOf(error: unknown): AwsFailure | undefined {
  if (!(error instanceof Error) || !isOfAws(error)) return undefined;
  const cause = causeOf(error);
  const { aws } = error as { aws?: AwsCall };
  const call = aws === undefined ? UNNAMED : `${aws.service}:${aws.call}`;
  const where = aws?.region ? ` in ${aws.region}` : "";
  const message = `${call}${where} ${WHAT[cause]} (${nameOf(error)}): ${said(error)}`;
  return { cause, message, fix: fixOf(cause, call, aws?.region) };
}

/** What a person is told of any error, with the next step where it is AWS's; the library's own errors end in theirs. */
export function messageOf(error: unknown): string {
  const failure = awsFailureOf(error);
  if (failure) return `${failure.message}; ${failure.fix}`;
  return error instanceof Error ? said(error) : String(error);
}

function isOfAws(error: Error): boolean {
  return "aws" in error || "$metadata" in error || error.name === "CredentialsProviderError";
}

function causeOf(error: Error): AwsCause {
  // The SDK gives this one neither name nor code
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
  "no-credentials": "could not be asked, for there are no AWS credentials here",
  expired: "was refused, because the AWS session has expired",
  "not-accepted": "was refused, because AWS does not accept the credentials there",
  clock: "was refused for its signature, by a wrong secret key or a wrong clock",
  denied: "is not allowed",
  "no-region": "could not be asked, for no region is named",
  "unknown-host": "could not be asked, for its host has no address",
  unreachable: "got no answer",
  throttled: "was refused, because AWS is asked too often",
  unavailable: "failed at AWS",
  "not-found": "found nothing",
  refused: "was refused",
};

const WHERE_TO_ALLOW =
  "in the policies of the role of function, task or instance, or of your own user or role ('aws sts get-caller-identity' tells); " +
  "where those allow it, the permission boundary or the organization's policies do not";

function fixOf(cause: AwsCause, call: string, region: string | undefined): string {
  switch (cause) {
    case "no-credentials":
      return "log in to AWS, or name a profile with AWS_PROFILE; on AWS give function, task or instance a role";
    case "expired":
      return "log in to AWS once more ('aws sso login', or fetch new credentials), then run it again";
    case "not-accepted":
      return `check the access key and its account, and that the account has the region '${region ?? "?"}' enabled`;
    case "clock":
      return "check the secret access key, and set this machine's clock: timedatectl set-ntp true";
    case "denied":
      return `allow this identity ${call === UNNAMED ? "that call" : call}: ${WHERE_TO_ALLOW}`;
    case "no-region":
      return "name it with '--region', or set AWS_REGION";
    case "unknown-host":
      return `check that there is a region '${region ?? "?"}', and that this machine reaches a name server`;
    case "unreachable":
      return "check that the network, or its proxy, lets this machine reach AWS, and try again";
    case "throttled":
      return "wait a minute and run it again; where it lasts, see who else asks AWS so often in this account";
    case "unavailable":
      return "try again in some minutes; AWS's health dashboard tells whether it lasts";
    case "not-found":
      return "check the name, the region and the account";
    case "refused":
      return "see what AWS says of it, and check region and account";
  }
}
