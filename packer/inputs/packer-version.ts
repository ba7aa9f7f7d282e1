import { execFileSync } from "node:child_process";
import type { Generation } from "./packer-files";

/** The Packer on PATH. */
export interface Packer {
  /** Such as `1.11.2`. */
  readonly version: string;
  readonly generation: Generation;
}

const OLDEST = [1, 6, 6] as const;
const FIX = `install Packer ${OLDEST.join(".")} or newer (Debian: apt-get install packer; https://developer.hashicorp.com/packer)`;
/** The first version without built-in builders. */
const MODERN = [1, 10, 0] as const;
/** The first version whose amazon-ebs builder creates ed25519 key pairs. https://github.com/hashicorp/packer/issues/11686 */
const ED25519 = [1, 8, 0] as const;

/**
 * Looks for Packer on PATH and asks for its version, without network access.
 *
 * @throws if there is none, or one older than 1.6.6
 */
export function checkPacker(): Packer {
  return packerOf(askVersion());
}

/**
 * The Packer that printed this output of `packer version`.
 *
 * @throws if the text is not Packer's (cracklib has a command of the same name) or the version is too old
 */
export function packerOf(text: string): Packer {
  const match = /^Packer v((\d+)\.(\d+)\.(\d+))/m.exec(text);
  if (!match) {
    throw new Error(
      `the 'packer' on PATH is not HashiCorp's: it printed '${firstLine(text)}'; ${FIX}, and put it first on PATH`,
    );
  }
  const [, version = "", ...numbers] = match;
  const parts = numbers.map(Number);
  if (!atLeast(parts, OLDEST)) throw new Error(`the 'packer' on PATH is version '${version}'; ${FIX}`);
  return { version, generation: generationOf(version) };
}

/** Which template files a version reads; the older ones if it is unknown. */
export function generationOf(version: string): Generation {
  return atLeast(version.split(".").map(Number), MODERN) ? "modern" : "classic";
}

/** Whether a version can create a key pair that is not RSA. */
export function makesEd25519(version: string): boolean {
  return atLeast(version.split(".").map(Number), ED25519);
}

/** Warning about versions that create RSA key pairs, printed before a bake, which would otherwise wait for SSH in vain. */
export const RSA_ONLY =
  "this Packer creates RSA key pairs; HashiCorp's builds before 1.8 use signatures that OpenSSH 8.8 and newer (Debian 12, " +
  "Ubuntu 22.04, Amazon Linux 2023) refuses, Debian's own build does not: if the bake cannot log in, install Packer 1.8 or newer";

function askVersion(): string {
  try {
    return execFileSync("packer", ["version"], {
      encoding: "utf8",
      input: "",
      timeout: 30_000,
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = missing ? "there is no 'packer' on PATH" : `'packer version' failed: ${(error as Error).message}`;
    throw new Error(`${why}; ${FIX}`);
  }
}

function atLeast(version: readonly number[], least: readonly number[]): boolean {
  const at = least.findIndex((number, index) => version[index] !== number);
  return at < 0 || (version[at] ?? 0) > (least[at] ?? 0);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.slice(0, 80) ?? "";
}
