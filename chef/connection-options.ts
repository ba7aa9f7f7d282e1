import { createPrivateKey, type KeyObject } from "node:crypto";
import type { GateOptions } from "./gate";
import { withoutPasswords } from "./key-material";
import { quote } from "./names";
import type { SigningVersion } from "./signing";

/** URL of a Chef server, and the client that signs the requests. */
export interface ChefConnectionOptions {
  /** URL of the server, with `/organizations/<name>` if it has organizations. */
  readonly serverUrl: string;
  /** Client or user that signs the requests. */
  readonly clientName: string;
  /** RSA private key of the client, as PEM text or key object. */
  readonly key: string | KeyObject;
  /** The only CA certificates to trust, PEM. Verification itself cannot be turned off. @default the ones that Node trusts */
  readonly caPem?: string;
  /** Signing version; "auto" uses 1.3, and tries 1.1 once if the first response is a 401. @default "auto" */
  readonly signing?: SigningVersion | "auto";
  /** Timeout in milliseconds, from connecting to the end of the response. @default 10000 */
  readonly timeoutMs?: number;
  /** Maximum number of concurrent requests, each on its own connection; reduced while the server does not respond in time. @default 16 */
  readonly maxSockets?: number;
  /** Maximum number of requests per second; reduced while the server responds with 429 or 503. @default no limit except the server's */
  readonly requestsPerSecond?: number;
  /** Milliseconds that a request may wait for its turn before it fails as throttled, without being sent. @default no limit */
  readonly patienceMs?: number;
  /** The current time. @default the system's clock */
  readonly now?: () => Date;
}

/** @throws unless the server URL is an https URL (or http on this machine) without query, fragment or password */
export function checkedServerUrl(serverUrl: string): URL {
  const url = plainUrl(serverUrl);
  if (url === undefined) {
    const shown = quote(withoutPasswords(serverUrl));
    throw new Error(`the Chef server URL ${shown} cannot be used: expected https://HOST[:PORT][/organizations/NAME]`);
  }
  return url;
}

/** Whether a value can be the URL of a Chef server: https, or http on this machine, where nobody can eavesdrop. */
export function isServerUrl(value: unknown): value is string {
  return typeof value === "string" && plainUrl(value) !== undefined;
}

/**
 * The configured limits.
 *
 * @throws if they would allow no requests
 */
export function checkedLimits(options: ChefConnectionOptions): GateOptions {
  const window = options.maxSockets ?? 16;
  const perSecond = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  if (!(window >= 1 && perSecond > 0)) {
    throw new Error(
      `'maxSockets' is ${window} and 'requestsPerSecond' is ${perSecond}: expected at least 1, and more than 0; leave them out for the defaults`,
    );
  }
  return { window, perSecond, patienceMs: options.patienceMs ?? Number.POSITIVE_INFINITY };
}

/**
 * The key, parsed once.
 *
 * @throws if it is not an unencrypted RSA private key; the message never quotes it
 */
export function privateKeyOf(options: Pick<ChefConnectionOptions, "clientName" | "key">): KeyObject {
  const key = typeof options.key === "string" ? parsedKey(options.key) : options.key;
  if (key === undefined || key.type !== "private" || key.asymmetricKeyType !== "rsa") {
    throw new Error(
      `the key of the Chef client ${quote(options.clientName)} cannot be used: expected an unencrypted RSA private key as PEM text`,
    );
  }
  return key;
}

function plainUrl(text: string): URL | undefined {
  // With its slashes: this parser does not need them, but other programs read the URL too.
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { search, hash, username, password, pathname } = url;
  const isBare = !search && !hash && !username && !password && !/\/organizations\/*$/.test(pathname);
  return isBare && isPrivate(url) ? url : undefined;
}

/** Whether keys, nodes and attributes are protected from eavesdropping. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** The parser's own message is dropped on purpose, because it may contain a part of the input. */
function parsedKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
