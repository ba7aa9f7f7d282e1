import { createPrivateKey, type KeyObject } from "node:crypto";
import type { GateOptions } from "./gate";
import { quote } from "./names";
import type { SigningVersion } from "./signing";

/** Where a Chef server is and as whom to speak to it. */
export interface ChefConnectionOptions {
  /** URL of the server, with `/organizations/<name>` where it has organizations. */
  readonly serverUrl: string;
  /** Client or user that signs the requests. */
  readonly clientName: string;
  /** Its RSA private key, PEM text or key object. */
  readonly key: string | KeyObject;
  /** The only CA certificates to trust, PEM. Verification itself cannot be switched off. @default the ones Node trusts */
  readonly caPem?: string;
  /** Signing version; "auto" is 1.3 and, if the first answer is a 401, 1.1 tried once. @default "auto" */
  readonly signing?: SigningVersion | "auto";
  /** Milliseconds from connecting to the end of the answer. @default 10000 */
  readonly timeoutMs?: number;
  /** Requests on their way at a time, each on a connection of its own; fewer while the server does not answer in time. @default 16 */
  readonly maxSockets?: number;
  /** Requests begun a second; fewer while the server answers 429 or 503. @default no limit but the server's */
  readonly requestsPerSecond?: number;
  /** Milliseconds a request may wait for its turn before it fails as throttled, without having been sent. @default no limit */
  readonly patienceMs?: number;
  /** What time it is. @default the system's clock */
  readonly now?: () => Date;
}

/** @throws when the server URL is not an https URL (http on this machine) without query, fragment or password */
export function checkedServerUrl(serverUrl: string): URL {
  const url = plainUrl(serverUrl);
  if (url === undefined) {
    const shown = quote(String(withoutPassword(serverUrl)));
    throw new Error(`the Chef server URL ${shown} cannot be used: expected https://HOST[:PORT][/organizations/NAME]`);
  }
  return url;
}

/** Whether a value can be the URL of a Chef server: of https, or of http on this machine, where nobody listens in. */
export function isServerUrl(value: unknown): value is string {
  return typeof value === "string" && plainUrl(value) !== undefined;
}

/** What a person may be shown of a value that is no URL of a Chef server. */
export function withoutPassword(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\/\/[^/]*@/, "//(not shown)@") : value;
}

/** What the options allow to be sent. @throws when nothing would be */
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

/** The key, parsed once. @throws when it is no unencrypted RSA private key; the message never quotes it */
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
  // With its slashes, which this parser could do without, but others read it too.
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { search, hash, username, password, pathname } = url;
  const isBare = !search && !hash && !username && !password && !/\/organizations\/*$/.test(pathname);
  return isBare && isPrivate(url) ? url : undefined;
}

/** Whether keys, nodes and attributes travel unread. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** The parser's own message is dropped on purpose: it may show a part of what it read. */
function parsedKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
