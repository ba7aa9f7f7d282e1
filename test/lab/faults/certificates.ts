import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Certificate } from "../../helpers/fault-proxy";

/** Certificates of a server at 127.0.0.1, valid and invalid ones. */
export interface Certificates {
  readonly good: Certificate;
  readonly expired: Certificate;
  /** For another address. */
  readonly foreign: Certificate;
  /** Signed by a CA that is not trusted. */
  readonly unknown: Certificate;
  /** The CA that signed all others. */
  readonly caPem: string;
}

/** The lab's Python creates them, because openssl's own command cannot create an expired certificate everywhere. */
const PROGRAM = join(__dirname, "certificates.py");
const PYTHON = join(__dirname, "../../../.lab/venv/bin/python");

export function makeCertificates(): Certificates {
  return JSON.parse(execFileSync(PYTHON, [PROGRAM], { encoding: "utf8" }));
}
