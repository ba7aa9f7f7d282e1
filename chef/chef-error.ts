import { printable } from "./printable";

/** Why a request to the Chef server failed, for code that depends on it. */
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

/** Details of a failed request. */
export interface ChefFailure {
  readonly kind: ChefErrorKind;
  readonly method: string;
  readonly path: string;
  /** HTTP status, if there was a response. */
  readonly status?: number;
  /** Whether the request used TLS, if there was no response. */
  readonly secure?: boolean;
  /** Node's error code, if there was no response. */
  readonly code?: string;
  /** Message of the server or the connection. */
  readonly serverMessage?: string;
  /** This machine's clock minus the server's, in seconds; positive if this one is ahead. */
  readonly skewSeconds?: number;
  /** Seconds after which the server wants to be asked again, if it said so. */
  readonly retryAfterSeconds?: number;
}

/** An error of the Chef client. An interface, not a class: subclasses of Error do not survive Pulumi's closure capture. */
export interface ChefError extends Error {
  readonly chef: ChefFailure;
}

/** The error for a failure; its message ends with the next step. */
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
      return `the server refuses the client or its key: check that the key belongs to the client${clockNote(failure)}`;
    case "clock-skew":
      return `this machine's clock is ${clockDifference(failure)} the server's, which refuses more than 15 minutes: synchronize the clocks`;
    case "forbidden":
      return "the client has no permission for this: give it read and delete permission on nodes and clients";
    case "throttled":
      return "the server asks for fewer requests: lower the concurrency, or try again later";
    case "malformed":
      return "the response does not name the object, so it proves nothing: check that the server URL is that of the organization";
    case "unreachable":
      return fixOfUnreachable(failure);
    case "wrong-scheme":
      return failure.secure
        ? "the server does not use TLS at this port: if it uses plain HTTP, start its URL with http://, otherwise enable TLS 1.2 or later"
        : "the server does not use HTTP at this port: if it uses TLS, start its URL with https://";
    case "untrusted":
      return fixOfCertificate(failure);
    case "timeout":
      return "the server did not send a complete response in time: try again later, or raise the timeout";
    case "conflict":
      return "an object with this name already exists: delete it first, or choose another name";
    case "server":
      return "the server failed: check its logs, and try again later";
    case "refused":
      return "the server refuses the request: check the server URL and its version";
  }
}

/**
 * By Node's codes for certificate errors.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
function fixOfCertificate({ code }: ChefFailure): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "the server's certificate has expired: renew it, or set this machine's clock if it is wrong";
    case "CERT_NOT_YET_VALID":
      return "the server's certificate is not valid yet: set the clocks of both machines";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "the server's certificate is for other names: use one of them in the URL, or get a certificate for this name";
    case "CERT_REVOKED":
      return "the server's certificate was revoked: install a new one";
    default:
      return "the CA of the server's certificate is not trusted: set it ('caPem', '--chef-ca'); verification cannot be turned off";
  }
}

function fixOfUnreachable({ code, secure }: ChefFailure): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the server's name cannot be resolved: check the server URL, and that this machine can reach a name server";
    case "ECONNREFUSED":
      return "the connection was refused: check the server URL and its port, and that the server is running";
    case "ECONNRESET":
      return secure === false
        ? "the connection was closed: if the server uses TLS at this port, start its URL with https://; otherwise check its logs"
        : "the connection was closed: check the server, and the proxy or load balancer in front of it";
    default:
      return "check the server URL, and that this machine can reach it";
  }
}

function clockNote(failure: ChefFailure): string {
  return Math.abs(failure.skewSeconds ?? 0) < 60
    ? ""
    : ` (this machine's clock is ${clockDifference(failure)} the server's)`;
}

function clockDifference(failure: ChefFailure): string {
  const seconds = failure.skewSeconds ?? 0;
  return `${Math.abs(seconds)} seconds ${seconds < 0 ? "behind" : "ahead of"}`;
}
