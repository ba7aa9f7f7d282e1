import { isRecord, parseJson } from "../common/json";
import type { ChefErrorKind, ChefFailure } from "./chef-error";
import { codeOf } from "./transport";

const LONGEST_SERVER_MESSAGE = 200;
/** Far longer than what a server writes about one object, whose name has at most 255 characters. */
const LONGEST_ERROR = 10_000;

const KINDS: Readonly<Record<number, ChefErrorKind>> = {
  401: "unauthorized",
  403: "forbidden",
  409: "conflict",
  429: "throttled",
};

/** The kind of failure of a response that is neither a success nor a 404. */
export function kindOf(status: number): ChefErrorKind {
  return KINDS[status] ?? (status >= 500 ? "server" : "refused");
}

/** The failure of a request without a response. */
export function networkFailure(method: string, path: string, error: unknown, secure: boolean): ChefFailure {
  const code = codeOf(error) ?? "";
  const said = saidBy(error);
  return {
    kind: kindOfNetwork(code, secure),
    method,
    path,
    secure,
    code: code || undefined,
    serverMessage: code && !said.includes(code) ? `${said} (${code})` : said,
  };
}

/** The reason in OpenSSL's own line, `error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE`. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /\berror:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(error.message)?.[1] ?? error.message;
}

function kindOfNetwork(code: string, secure: boolean): ChefErrorKind {
  if (code === "ETIMEDOUT") return "timeout";
  if (code === "EMSGSIZE") return "malformed";
  if (secure ? code === "EPROTO" || code.startsWith("ERR_SSL_") : code.startsWith("HPE_")) return "wrong-scheme";
  return /CERT|SIGNED|SIGNATURE|ISSUER/.test(code) ? "untrusted" : "unreachable";
}

/** The beginning of the server's error message, or of whatever else it sent. */
export function serverMessage(text: string): string | undefined {
  const said = errorOf(text) ?? text.trim();
  return said === "" ? undefined : said.slice(0, LONGEST_SERVER_MESSAGE);
}

/**
 * The message in an error document, which is a string or a list of strings; undefined for anything else. Other list items are dropped: the
 * response may come from anybody, and converting nested lists or odd objects to text may throw.
 */
export function errorOf(text: string): string | undefined {
  const document = parseJson(text);
  const error = isRecord(document) ? document.error : undefined;
  const said = [error].flat().filter((item) => typeof item === "string");
  return said.length === 0 ? undefined : said.join(", ").slice(0, LONGEST_ERROR);
}
