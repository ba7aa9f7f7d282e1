/**
 * What a private key looks like in whatever form somebody pastes it: PEM, DER, PuTTY's or OpenSSH's, plain, on one line, in JSON, in
 * base64 or hexadecimal. Every message that quotes a value goes through here, so that no key is repeated in a log or a preview.
 */

/** Stands where a key stood. */
export const NOT_SHOWN = "a private key (not shown)";

const WRITTEN = /PRIVATE KEY|PuTTY-User-Key-File|openssh-key-v1/;
/** A run of base64, also of the kind for URLs, broken by line ends or the two characters `\n`. */
const BASE64 = /[A-Za-z0-9+/_-]{32,}(?:(?:\s|\\[nrt])*[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEXADECIMAL = /[0-9a-fA-F]{64,}/g;
const BLOCK = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/g;
const PUTTY = /PuTTY-User-Key-File[\s\S]*/g;
/** Base64 in base64 in base64 is looked into, and no deeper. */
const DEEPEST = 3;

/** Whether there is a private key in a text, of whatever kind. */
export function holdsKey(text: string, depth = DEEPEST): boolean {
  if (WRITTEN.test(text) || isKeyDer(Buffer.from(text.trimStart(), "latin1"))) return true;
  if ((text.match(HEXADECIMAL) ?? []).some((run) => isKeyDer(Buffer.from(run, "hex")))) return true;
  return depth > 0 && (text.match(BASE64) ?? []).some((run) => isEncodedKey(run, depth));
}

/** The text with every private key in it left out; for what is not ours to word, such as an error of the system. */
export function withoutKeys(text: string): string {
  const left = text.replace(BLOCK, NOT_SHOWN).replace(PUTTY, NOT_SHOWN);
  const encoded = left.replace(BASE64, (run) => (isEncodedKey(run, DEEPEST) ? NOT_SHOWN : run));
  return encoded.replace(HEXADECIMAL, (run) => (isKeyDer(Buffer.from(run, "hex")) ? NOT_SHOWN : run));
}

/** A value as JSON for a message; not at all where it is a key, holds one, or looks like a part of one. */
export function shownValue(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "missing");
  return textsIn(value).some((each) => holdsKey(each)) || holdsKey(text) || isDense(text) ? NOT_SHOWN : text;
}

/** A text in quotes for a message, as shownValue. */
export function shownText(text: string): string {
  return holdsKey(text) || isDense(text) ? NOT_SHOWN : `'${text}'`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, it]) => [name, ...textsIn(it)])
    : [];
}

function isEncodedKey(run: string, depth: number): boolean {
  const whole = run.replace(/\s|\\[nrt]/g, "");
  // A word or a quote before it shifts the bytes
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
 * Whether bytes begin as DER of a private key: a sequence of a version and a number, an algorithm or a key (PKCS#1, PKCS#8, SEC 1), or
 * what a password encrypts (PKCS#8). Certificates and public keys begin otherwise.
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

/** Whether it has a stretch that is no name of anything: capitals, small letters and digits mixed as only random ones are. */
function isDense(text: string): boolean {
  return (text.match(/[A-Za-z0-9+]{24,}/g) ?? []).some(isMixed) || (text.match(LINE) ?? []).some(isLineOfKey);
}

function isMixed(run: string): boolean {
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/\d/.test(run)) return false;
  return pairs(run, /[a-z][a-z]/) / run.length < 0.35;
}

/** As long as a line of PEM, whose slashes and hyphens may leave no long stretch between them. */
const LINE = /[A-Za-z0-9+/_-]{60,}/g;

/** Of a name, three pairs of characters in four stay within a word; of random ones, one in two. A UUID has hardly a capital. */
function isLineOfKey(run: string): boolean {
  const letters = (kind: RegExp) => (run.match(kind) ?? []).length / run.length;
  if (letters(/[a-z]/g) < 0.12 || letters(/[A-Z]/g) < 0.12) return false;
  return pairs(run, /[a-z][a-z]|[A-Z][A-Za-z]|\d\d/) / pairs(run, /[A-Za-z0-9][A-Za-z0-9]/) < 0.68;
}

function pairs(run: string, kind: RegExp): number {
  return [...run].filter((_letter, at) => kind.test(run.slice(at, at + 2))).length;
}
