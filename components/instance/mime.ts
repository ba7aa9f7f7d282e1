import { createHash } from "node:crypto";

/** One part of the user data, of a type that cloud-init supports. */
export interface MimePart {
  readonly type: "cloud-config" | "cloud-boothook" | "x-shellscript";
  /** cloud-init stores a script under this name, and runs scripts in the order of their names. */
  readonly filename: string;
  readonly text: string;
}

/**
 * Lists of several cloud-configs are concatenated, so that each may write files; for other values the first one is kept. By default, the
 * keys of the last one replace all others.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/merging.html
 */
const MERGE = "list(append)+dict(no_replace,recurse_list)+str()";
const LINE = 76;

/** User data with several parts, as cloud-init reads it. */
export function multipart(parts: readonly MimePart[]): string {
  const boundary = `chef-${digest(parts.map(({ text }) => text).join("\0"))}`;
  const head = [`Content-Type: multipart/mixed; boundary="${boundary}"`, "MIME-Version: 1.0", ""];
  return [...head, ...parts.flatMap((part) => [`--${boundary}`, ...written(part)]), `--${boundary}--`, ""].join("\n");
}

function written({ type, filename, text }: MimePart): string[] {
  // Python's parser, which cloud-init uses, misreads the character set of an 8-bit body
  const plain = /^[\n\t\x20-\x7e]*$/.test(text);
  return [
    `Content-Type: text/${type}; charset="utf-8"`,
    `Content-Transfer-Encoding: ${plain ? "7bit" : "base64"}`,
    `Content-Disposition: attachment; filename="${filename}"`,
    ...(type === "cloud-config" ? [`Merge-Type: ${MERGE}`] : []),
    "",
    plain ? text : base64(text),
  ];
}

function base64(text: string): string {
  const whole = Buffer.from(text).toString("base64");
  return (whole.match(new RegExp(`.{1,${LINE}}`, "g")) ?? []).join("\n");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
