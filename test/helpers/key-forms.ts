import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;

const locked = { cipher: "aes-256-cbc", passphrase: "secret" };
const pkcs1 = rsa.export({ type: "pkcs1", format: "pem" }).toString();
const pkcs8 = rsa.export({ type: "pkcs8", format: "pem" }).toString();
const body = (text: string) =>
  Buffer.from(`openssh-key-v1\0${text}`.repeat(9)).toString("base64").replace(/.{70}/g, "$&\n");

/** The RSA key that most forms contain, as a Chef server returns it. */
export const RSA_KEY = { pkcs1, pkcs8 } as const;

/** Keys as programs write them, by format. */
export const WRITTEN_KEYS: Readonly<Record<string, string>> = {
  pkcs1,
  pkcs8,
  "pkcs8 with a passphrase": rsa.export({ type: "pkcs8", format: "pem", ...locked }).toString(),
  "pkcs1 with a passphrase": rsa.export({ type: "pkcs1", format: "pem", ...locked }).toString(),
  "ec sec1": ec.export({ type: "sec1", format: "pem" }).toString(),
  "ec pkcs8": ec.export({ type: "pkcs8", format: "pem" }).toString(),
  ed25519: ed.export({ type: "pkcs8", format: "pem" }).toString(),
  openssh: `-----BEGIN OPENSSH PRIVATE KEY-----\n${body("none")}\n-----END OPENSSH PRIVATE KEY-----\n`,
  putty: `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 14\n${pkcs1.split("\n").slice(1, -2).join("\n")}\n`,
};

const der = [
  rsa.export({ type: "pkcs1", format: "der" }),
  rsa.export({ type: "pkcs8", format: "der" }),
  rsa.export({ type: "pkcs8", format: "der", ...locked }),
  ec.export({ type: "sec1", format: "der" }),
  ed.export({ type: "pkcs8", format: "der" }),
];

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

/** What people and tools do to a key's text on its way into a setting. */
const WRAPPINGS: Readonly<Record<string, (key: string) => string>> = {
  plain: (key) => key,
  "line ends as \\n": (key) => key.replace(/\n/g, "\\n"),
  "line ends as blanks": (key) => key.replace(/\n/g, " "),
  CRLF: (key) => key.replace(/\n/g, "\r\n"),
  indented: (key) => key.replace(/^/gm, "    "),
  quoted: (key) => JSON.stringify(key),
  "a member": (key) => JSON.stringify({ key }),
  "a member's name": (key) => JSON.stringify({ [key]: "x" }),
  base64: (key) => base64(key),
  "base64 in lines": (key) => base64(key).replace(/.{76}/g, "$&\n"),
  "base64 for URLs": (key) => Buffer.from(key).toString("base64url"),
  "base64 of JSON": (key) => base64(JSON.stringify({ name: "x", key })),
  "base64 twice": (key) => base64(base64(key)),
};

/** An arbitrary key in an arbitrary form. */
export function pastedKey(): fc.Arbitrary<string> {
  const written = fc.tuple(
    fc.constantFrom(...Object.values(WRITTEN_KEYS)),
    fc.constantFrom(...Object.values(WRAPPINGS)),
  );
  const binary = fc.tuple(fc.constantFrom(...der), fc.constantFrom("base64", "base64url", "hex", "latin1"));
  const blanks = fc.constantFrom("", " ", "\n", "\t");
  const form = fc.oneof(
    written.map(([key, wrap]) => wrap(key)),
    binary.map(([bytes, encoding]) => bytes.toString(encoding as BufferEncoding)),
  );
  return fc.tuple(blanks, form, blanks).map((parts) => parts.join(""));
}

const WINDOW = 20;

/** Whether a text repeats a part of what was pasted, apart from words at the beginning of every key. */
export function repeats(text: string, pasted: string): boolean {
  const secret = pasted.replace(/-----[A-Z ]+-----/g, "").replace(/\s|\\[nr]/g, "");
  const shown = text.replace(/\s|\\[nr]/g, "");
  for (let at = 40; at + WINDOW <= secret.length; at += WINDOW) {
    if (shown.includes(secret.slice(at, at + WINDOW))) return true;
  }
  return false;
}
