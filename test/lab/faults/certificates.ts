import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Certificate } from "../../helpers/fault-proxy";

/** Certificates of a server at 127.0.0.1, and what can be wrong with one. */
export interface Certificates {
  readonly good: Certificate;
  readonly expired: Certificate;
  /** Of another address. */
  readonly foreign: Certificate;
  /** Signed by a CA that nobody trusts. */
  readonly unknown: Certificate;
  /** The CA that signed all the others. */
  readonly caPem: string;
}

/** Made by the lab's Python, because openssl's own command cannot make an expired one everywhere. */
const PROGRAM = join(__dirname, "certificates.py");
const PYTHON = join(__dirname, "../../../.lab/venv/bin/python");

export function makeCertificates(): Certificates {
  return JSON.parse(execFileSync(PYTHON, [PROGRAM], { encoding: "utf8" }));
}
