import { spawnSync } from "node:child_process";
import type { BakeSpec } from "../spec/spec";

/**
 * Packer connects through Session Manager with AWS's plugin on this machine, and reports a missing plugin only after waiting for SSH in
 * vain.
 *
 * @throws if it is needed and missing
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html
 */
export function checkSessionManager({ sessionManager }: Pick<BakeSpec, "sessionManager">): void {
  if (!sessionManager) return;
  const { error } = spawnSync("session-manager-plugin", ["--version"], { stdio: "ignore", timeout: 30_000 });
  if (!error) return;
  const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "is not on PATH" : `cannot be run: ${error.message}`;
  throw new Error(
    `'sessionManager' needs AWS's 'session-manager-plugin' on the machine that bakes, and it ${why}; install it, or leave out 'sessionManager'`,
  );
}
