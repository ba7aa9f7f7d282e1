import type { ChefErrorKind, ChefFailure } from "./chef-error";
import { isRecord, parseJson } from "./json";
import { codeOf } from "./transport";

const LONGEST_SERVER_MESSAGE = 200;
/** Many times what a server writes of one object, whose name has 255 characters at most. */
const LONGEST_ERROR = 10_000;

const KINDS: Readonly<Record<number, ChefErrorKind>> = {
  401: "unauthorized",
  403: "forbidden",
  409: "conflict",
  429: "throttled",
};

/** What an answer that is neither a success nor a 404 says went wrong. */
export function kindOf(status: number): ChefErrorKind {
  return KINDS[status] ?? (status >= 500 ? "server" : "refused");
}

/** What went wrong where no answer came. */
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

/** Of OpenSSL's own line, `error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE`, the reason. */
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

/** The beginning of what the server says in its error document, or of whatever else it sent. */
export function serverMessage(text: string): string | undefined {
  const said = errorOf(text) ?? text.trim();
  return said === "" ? undefined : said.slice(0, LONGEST_SERVER_MESSAGE);
}

/**
 * What an error document says, text or list of texts; undefined where the answer is none. Whatever else the list holds is left out:
 * the answer may be anybody's, and to write nested lists or odd objects as text may throw.
 */
export function errorOf(text: string): string | undefined {
  const document = parseJson(text);
  const error = isRecord(document) ? document.error : undefined;
  const said = [error].flat().filter((item) => typeof item === "string");
  return said.length === 0 ? undefined : said.join(", ").slice(0, LONGEST_ERROR);
}
