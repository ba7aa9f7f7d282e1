import { spawnSync } from "node:child_process";
import type { BakeSpec } from "../spec/spec";

/**
 * Packer reaches the instance through Session Manager by AWS's plugin on this machine, of which it says nothing until it has waited for SSH in vain.
 *
 * @throws when it is missing where it is needed
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
