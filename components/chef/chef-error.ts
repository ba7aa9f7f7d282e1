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
  | "timeout";

/** What is known of a failed request. */
export interface ChefFailure {
  readonly kind: ChefErrorKind;
  readonly method: string;
  readonly path: string;
  /** HTTP status, where an answer came. */
  readonly status?: number;
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
  const message = `${failure.method} ${failure.path}${status} (${failure.kind})${said}; ${wayOut(failure)}`;
  return Object.assign(new Error(message, { cause }), { name: "ChefError", chef: failure });
}

/** Whether an error came from the Chef client. */
export function isChefError(error: unknown): error is ChefError {
  return error instanceof Error && "chef" in error;
}

function wayOut(failure: ChefFailure): string {
  switch (failure.kind) {
    case "unauthorized":
      return `the server refuses the name or its key: check that the key belongs to the client${clockNote(failure)}`;
    case "clock-skew":
      return `this clock is ${clockDifference(failure)} the server's and more than 15 minutes are refused: synchronise the clocks`;
    case "forbidden":
      return "the client is known but may not do this: give it read and delete permission on nodes and clients";
    case "throttled":
      return "the server asks for fewer requests: lower the concurrency, or try again later";
    case "malformed":
      return "the answer does not name the object, so that nothing is proven: check that the server URL is that of the organization";
    case "unreachable":
      return "check the server URL, and that the network lets this machine reach it";
    case "untrusted":
      return "the certificate cannot be verified: give the CA that signed it, verification cannot be switched off";
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

function clockNote(failure: ChefFailure): string {
  return Math.abs(failure.skewSeconds ?? 0) < 60 ? "" : ` (this clock is ${clockDifference(failure)} the server's)`;
}

function clockDifference(failure: ChefFailure): string {
  const seconds = failure.skewSeconds ?? 0;
  return `${Math.abs(seconds)} seconds ${seconds < 0 ? "behind" : "ahead of"}`;
}
