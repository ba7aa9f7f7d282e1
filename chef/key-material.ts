/**
 * Detects private keys in any form in which somebody may paste them: PEM, DER, PuTTY or OpenSSH format, plain, on one line, in JSON, in
 * base64 or hexadecimal. Every message that quotes a value uses this, so that no key is repeated in a log or a preview.
 */

/** Replaces a key in messages. */
export const NOT_SHOWN = "a private key (not shown)";

const WRITTEN = /PRIVATE KEY|PuTTY-User-Key-File|openssh-key-v1/;
/** A run of base64, also URL-safe, with line breaks or the two characters `\n` in it. */
const BASE64 = /[A-Za-z0-9+/_-]{32,}(?:(?:\s|\\[nrt])*[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEXADECIMAL = /[0-9a-fA-F]{64,}/g;
const BLOCK = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/g;
const PUTTY = /PuTTY-User-Key-File[\s\S]*/g;
/** Maximum depth of base64 within base64. */
const DEEPEST = 3;

/** Whether a text contains a private key of any kind. */
export function holdsKey(text: string, depth = DEEPEST): boolean {
  if (WRITTEN.test(text) || isKeyDer(Buffer.from(text.trimStart(), "latin1"))) return true;
  if ((text.match(HEXADECIMAL) ?? []).some((run) => isKeyDer(Buffer.from(run, "hex")))) return true;
  return depth > 0 && (text.match(BASE64) ?? []).some((run) => isEncodedKey(run, depth));
}

/** The text without its private keys and the passwords of its URLs; for messages that are not ours, such as system errors. */
export function withoutKeys(text: string): string {
  const left = text.replace(USER_OF_URL, "$1(not shown)@").replace(BLOCK, NOT_SHOWN).replace(PUTTY, NOT_SHOWN);
  const encoded = left.replace(BASE64, (run) => (isEncodedKey(run, DEEPEST) ? NOT_SHOWN : run));
  return encoded.replace(HEXADECIMAL, (run) => (isKeyDer(Buffer.from(run, "hex")) ? NOT_SHOWN : run));
}

/** A value as JSON for a message; replaced if it is a key, contains one, or looks like a part of one. Passwords of URLs are left out. */
export function shownValue(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "missing");
  if (textsIn(value).some((each) => holdsKey(each)) || holdsKey(text) || isDense(text)) return NOT_SHOWN;
  return withoutPasswords(text);
}

/** A string in quotes for a message, like shownValue. */
export function shownText(text: string): string {
  return holdsKey(text) || isDense(text) ? NOT_SHOWN : `'${withoutPasswords(text)}'`;
}

/** Name and password in a URL; a token may stand there as the name alone. */
const USER_OF_URL = /(:\/{1,2})[^\s"'/]+@/g;
/** The same with any character in the password. */
const PASSWORD_OF_URL = /(:\/{1,2})[^"'/]*(?::[^"']*)?@/g;
const PASSWORD_WITHOUT_SCHEME = /(^|[\s"'=])[^\s"'/:@]+:[^\s"'/@][^\s"'@]*@/g;
/** What URLs have in their query instead of a password; AWS's presigned URLs too. */
const IN_QUERY = /([?&][^=&#\s"']*(?:pass|pwd|token|secret|sig|credential)[^=&#\s"']*=)[^&#\s"']+/gi;

/** The text without passwords in URLs, also in those that are written wrongly. */
export function withoutPasswords(text: string): string {
  const left = [PASSWORD_OF_URL, PASSWORD_WITHOUT_SCHEME].reduce(
    (rest, form) => rest.replace(form, "$1(not shown)@"),
    text,
  );
  return left.replace(IN_QUERY, "$1(not shown)");
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, it]) => [name, ...textsIn(it)])
    : [];
}

function isEncodedKey(run: string, depth: number): boolean {
  const whole = run.replace(/\s|\\[nrt]/g, "");
  // A word or a quote in front of it shifts the bytes
  return [0, 1, 2, 3].some((skipped) => {
    const decoded = Buffer.from(whole.slice(skipped), "base64");
    return isKeyDer(decoded) || WRITTEN.test(decoded.toString("latin1")) || isNested(decoded, depth);
  });
}

function isNested(decoded: Buffer, depth: number): boolean {
  const text = decoded.toString("latin1");
  return /^[\x20-\x7e\s]+$/.test(text) && holdsKey(text, depth - 1);
}

/**
 * Whether bytes start like a private key in DER: a sequence of a version and a number, an algorithm or a key (PKCS#1, PKCS#8, SEC 1), or a
 * password-encrypted one (PKCS#8). Certificates and public keys start differently.
 */
function isKeyDer(bytes: Buffer): boolean {
  if (bytes.length < 24 || bytes[0] !== 0x30) return false;
  const body = afterHeader(bytes, 0);
  if (bytes[body] === 0x30) {
    return bytes.subarray(body, body + 24).includes(Buffer.from("2a864886f70d0105", "hex"));
  }
  const isVersion = bytes[body] === 0x02 && bytes[body + 1] === 1 && (bytes[body + 2] ?? 9) <= 1;
  return isVersion && [0x02, 0x04, 0x30].includes(bytes[body + 3] ?? 0);
}

function afterHeader(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  return at + 2 + (length < 0x80 ? 0 : length - 0x80);
}

/** Whether it has a run that cannot be a name: uppercase and lowercase letters and digits mixed as in random data. */
function isDense(text: string): boolean {
  const runs = [...(text.match(/[A-Za-z0-9+]{24,}/g) ?? []), ...(text.match(AWS_SECRET_KEY) ?? [])];
  return runs.some(isMixed) || (text.match(LINE) ?? []).some(isLineOfKey);
}

function isMixed(run: string): boolean {
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/\d/.test(run)) return false;
  return pairs(run, /[a-z][a-z]/) / run.length < 0.35;
}

/** Exactly 40 characters, whose slashes may leave no long run between them. */
const AWS_SECRET_KEY = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])/g;

/** As long as a line of PEM, whose slashes and hyphens may leave no long run between them. */
const LINE = /[A-Za-z0-9+/_-]{60,}/g;

/** In a name, three of four pairs of characters are within a word; in random data, one in two. A UUID has hardly any uppercase letters. */
function isLineOfKey(run: string): boolean {
  const letters = (kind: RegExp) => (run.match(kind) ?? []).length / run.length;
  if (letters(/[a-z]/g) < 0.12 || letters(/[A-Z]/g) < 0.12) return false;
  return pairs(run, /[a-z][a-z]|[A-Z][A-Za-z]|\d\d/) / pairs(run, /[A-Za-z0-9][A-Za-z0-9]/) < 0.68;
}

function pairs(run: string, kind: RegExp): number {
  return [...run].filter((_letter, at) => kind.test(run.slice(at, at + 2))).length;
}
