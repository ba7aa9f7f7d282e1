import { createPrivateKey } from "node:crypto";
import { holdsKey } from "../key-material";

/** A private key as it was read from where it is kept, or what is wrong with it; never a part of it. */
export type KeyText = { readonly pem: string } | { readonly problem: string; readonly fix: string };

const STORE_PEM = "store there the PEM text itself, from its BEGIN line to its END line";
const RSA_ONLY =
  "Chef takes RSA keys only: store the one that `knife client key create` or `knife user key create` gave";

/**
 * The one reading of a stored key, for scripts and programs: `pem_block` in packer/scripts/converge.sh does the same on an
 * instance, and a test holds the two together. Read are CRLF, blanks around lines, text around the block, and line ends written as the two characters
 * `\n`, as environment variables and some consoles leave them. Everything else is refused in words.
 */
export function readKeyText(text: string): KeyText {
  const lines = text.replace(/^\ufeff/, "").replace(/\\r\\n|\\n|\r\n?/g, "\n");
  const clean = lines.replace(/^[ \t]+|[ \t]+$/gm, "").trim();
  const wrong = otherForm(clean);
  if (wrong) return wrong;
  const block = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----\n[A-Za-z0-9+/=\n]+\n-----END \1-----/.exec(clean)?.[0];
  if (!block) return formOf(clean);
  return rsaKey(block);
}

/** Forms that are told before a block is looked for, since one may stand inside. */
function otherForm(text: string): KeyText | undefined {
  if (text === "") return { problem: "is empty", fix: "store the key there" };
  if (/^["{[]/.test(text)) {
    const where = text.startsWith('"') ? "a JSON text in quotes" : "JSON around the key";
    return { problem: `holds ${where}`, fix: STORE_PEM };
  }
  if (/Proc-Type:.*ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY/.test(text)) {
    return {
      problem: "holds a key with a passphrase",
      fix: "store it without: openssl rsa -in key.pem -out plain.pem",
    };
  }
  return undefined;
}

const FORMS: readonly (readonly [RegExp, string, string])[] = [
  [/PuTTY-User-Key-File/, "holds a key in PuTTY's form", "convert it: puttygen key.ppk -O private-openssh -o key.pem"],
  [/BEGIN OPENSSH PRIVATE KEY/, "holds a key in OpenSSH's form", "convert it: ssh-keygen -p -m PEM -f key.pem"],
  [/BEGIN (EC|DSA) PRIVATE KEY/, "holds a key that is not RSA", RSA_ONLY],
  [/PRIVATE KEY BLOCK/, "holds a PGP key", RSA_ONLY],
  [/BEGIN (RSA )?PRIVATE KEY/, "holds a PEM key whose lines are broken or joined", STORE_PEM],
  [/BEGIN CERTIFICATE/, "holds a certificate, not a private key", RSA_ONLY],
  [/BEGIN (RSA )?PUBLIC KEY/, "holds a public key, not a private one", RSA_ONLY],
];

function formOf(text: string): KeyText {
  const known = FORMS.find(([form]) => form.test(text));
  if (known) return { problem: known[1], fix: known[2] };
  if (holdsKey(text)) return { problem: "holds a key in base64, hexadecimal or DER", fix: STORE_PEM };
  return { problem: "holds something else", fix: "store the key there" };
}

/** The parser's own error is dropped on purpose: it may show a part of what it read. */
function rsaKey(block: string): KeyText {
  try {
    const isRsa = createPrivateKey(block).asymmetricKeyType === "rsa";
    if (!isRsa) return { problem: "holds a key that is not RSA", fix: RSA_ONLY };
    return { pem: `${block.replace(/\n{2,}/g, "\n")}\n` };
  } catch {
    return { problem: "holds a PEM key that is damaged", fix: "store the whole key again, as the Chef server gave it" };
  }
}
