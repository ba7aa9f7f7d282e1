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
  const [what, fix] = TOLD[cause];
  const message = `${call}${where} ${what} (${nameOf(error)}): ${said(error)}`;
  return { cause, message, fix: typeof fix === "string" ? fix : fix(call, aws?.region ?? "?") };
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

const WHERE_TO_ALLOW =
  "in the policies of the role of function, task or instance, or of your own user or role ('aws sts get-caller-identity' tells); " +
  "where those allow it, the permission boundary or the organization's policies do not";

/** What became of the call, and the next step. */
const TOLD: Readonly<
  Record<AwsCause, readonly [what: string, fix: string | ((call: string, region: string) => string)]>
> = {
  "no-credentials": [
    "could not be asked, for there are no AWS credentials here",
    "log in to AWS, or name a profile with AWS_PROFILE; on AWS give function, task or instance a role",
  ],
  expired: [
    "was refused, because the AWS session has expired",
    "log in to AWS once more ('aws sso login', or fetch new credentials), then run it again",
  ],
  "not-accepted": [
    "was refused, because AWS does not accept the credentials there",
    (_, region) => `check the access key and its account, and that the account has the region '${region}' enabled`,
  ],
  clock: [
    "was refused for its signature, by a wrong secret key or a wrong clock",
    "check the secret access key, and set this machine's clock: timedatectl set-ntp true",
  ],
  denied: [
    "is not allowed",
    (call) => `allow this identity ${call === UNNAMED ? "that call" : call}: ${WHERE_TO_ALLOW}`,
  ],
  "no-region": ["could not be asked, for no region is named", "name it with '--region', or set AWS_REGION"],
  "unknown-host": [
    "could not be asked, for its host has no address",
    (_, region) => `check that there is a region '${region}', and that this machine reaches a name server`,
  ],
  unreachable: ["got no answer", "check that the network, or its proxy, lets this machine reach AWS, and try again"],
  throttled: [
    "was refused, because AWS is asked too often",
    "wait a minute and run it again; where it lasts, see who else asks AWS so often in this account",
  ],
  unavailable: ["failed at AWS", "try again in some minutes; AWS's health dashboard tells whether it lasts"],
  "not-found": ["found nothing", "check the name, the region and the account"],
  refused: ["was refused", "see what AWS says of it, and check region and account"],
};
