import { X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The PEM certificates in a text; other text between them is ignored. */
export function certificatesIn(text: string): string[] {
  return text.match(BLOCK) ?? [];
}

/** Why a text cannot be used as the certificates to trust, or undefined if it can. The text is never quoted. */
export function certificateProblem(text: string): string | undefined {
  const begun = text.match(/-----BEGIN [A-Z0-9 ]+-----/g) ?? [];
  const other = begun.find((line) => line !== "-----BEGIN CERTIFICATE-----");
  if (other) return `it contains '${other.replaceAll("-", "").trim()}'`;
  const blocks = certificatesIn(text);
  if (blocks.length === 0) return "it contains no certificate";
  if (blocks.length < begun.length) return "one of its certificates has no END line";
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken < 0 ? undefined : `certificate ${broken + 1} of ${blocks.length} cannot be read`;
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}
