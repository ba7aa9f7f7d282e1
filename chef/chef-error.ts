import { printable } from "./printable";

/** Why a request to the Chef server failed, for code that decides on it. */
export type ChefErrorKind =
  | "unauthorized"
  | "clock-skew"
  | "forbidden"
  | "conflict"
  | "throttled"
  | "server"
  | "refused"
  | "malformed"
  | "unreachable"
  | "untrusted"
  | "wrong-scheme"
  | "timeout";

/** What is known of a failed request. */
export interface ChefFailure {
  readonly kind: ChefErrorKind;
  readonly method: string;
  readonly path: string;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** Whether it was asked over TLS, where no answer came. */
  readonly secure?: boolean;
  /** Node's code of the error, where no answer came. */
  readonly code?: string;
  /** What the server or the connection said. */
  readonly serverMessage?: string;
  /** This clock minus the server's, in seconds; positive when this one is ahead. */
  readonly skewSeconds?: number;
  /** Seconds until the server wants to be asked again, where it said so. */
  readonly retryAfterSeconds?: number;
}

/** An error of the Chef client. An interface, not a class: subclasses of Error do not survive Pulumi's closure capture. */
export interface ChefError extends Error {
  readonly chef: ChefFailure;
}

/** The error for a failure, its message ending in the way out. */
export function chefError(failure: ChefFailure, cause?: unknown): ChefError {
  const status = failure.status === undefined ? "" : ` answered ${failure.status}`;
  const said = failure.serverMessage ? `: '${printable(failure.serverMessage)}'` : "";
  const message = `${failure.method} ${failure.path}${status} (${failure.kind})${said}; ${fix(failure)}`;
  return Object.assign(new Error(message, { cause }), { name: "ChefError", chef: failure });
}

/** Whether an error came from the Chef client. */
export function isChefError(error: unknown): error is ChefError {
  return error instanceof Error && "chef" in error;
}

function fix(failure: ChefFailure): string {
  switch (failure.kind) {
    case "unauthorized":
      return `the server refuses the name or its key: check that the key belongs to the client${clockNote(failure)}`;
    case "clock-skew":
      return `this clock is ${clockDifference(failure)} the server's and more than 15 minutes are refused: synchronize the clocks`;
    case "forbidden":
      return "the client is known but may not do this: give it read and delete permission on nodes and clients";
    case "throttled":
      return "the server asks for fewer requests: lower the concurrency, or try again later";
    case "malformed":
      return "the answer does not name the object, so that nothing is proven: check that the server URL is that of the organization";
    case "unreachable":
      return fixOfUnreachable(failure);
    case "wrong-scheme":
      return failure.secure
        ? "no TLS is spoken there: where the server speaks plain HTTP, let its URL begin with http://, else give it TLS 1.2 or later"
        : "no HTTP is spoken there: where the server speaks TLS, let its URL begin with https://";
    case "untrusted":
      return fixOfCertificate(failure);
    case "timeout":
      return "the server gave no whole answer in time: try again later, or raise the time-out";
    case "conflict":
      return "an object of this name exists already: delete it first, or choose another name";
    case "server":
      return "the server failed: look into its logs, and try again later";
    case "refused":
      return "the server refuses the request: check the server URL and its version";
  }
}

/** By Node's codes for what it finds of a certificate. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function fixOfCertificate({ code }: ChefFailure): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "the server's certificate has expired: renew it there, or set this machine's clock where that is wrong";
    case "CERT_NOT_YET_VALID":
      return "the server's certificate is not valid yet: set the clocks of both machines";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "the server's certificate is for other names: write the URL with one of them, or have it made for this one";
    case "CERT_REVOKED":
      return "the server's certificate was revoked: give the server another one";
    default:
      return "who signed the server's certificate is not trusted: give its CA ('caPem', '--chef-ca'); verification cannot be switched off";
  }
}

function fixOfUnreachable({ code, secure }: ChefFailure): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the server's name has no address here: check the server URL, and that this machine reaches a name server";
    case "ECONNREFUSED":
      return "nobody listens there: check the server URL and its port, and that the server runs";
    case "ECONNRESET":
      return secure === false
        ? "the connection was closed: where the server speaks TLS there, let its URL begin with https://; else look into its logs"
        : "the connection was closed: check the server, and the proxy or load balancer before it";
    default:
      return "check the server URL, and that the network lets this machine reach it";
  }
}

function clockNote(failure: ChefFailure): string {
  return Math.abs(failure.skewSeconds ?? 0) < 60 ? "" : ` (this clock is ${clockDifference(failure)} the server's)`;
}

function clockDifference(failure: ChefFailure): string {
  const seconds = failure.skewSeconds ?? 0;
  return `${Math.abs(seconds)} seconds ${seconds < 0 ? "behind" : "ahead of"}`;
}
