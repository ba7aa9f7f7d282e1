import { spawnSync } from "node:child_process";

/**
 * Sandboxes need root for mount and network namespaces. As another user, this starts the same command again with sudo.
 *
 * @returns the exit code of that command, or undefined if this process already runs as root
 */
export function runAsRoot(): number | undefined {
  if (process.getuid?.() === 0) {
    return undefined;
  }
  // sudo resets PATH and most of the environment, so the variables that the lab reads are passed by name.
  const kept = ["PATH", "CI", "TERM", "HOME", "PULUMI_HOME"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status, error } = spawnSync("sudo", ["--", "env", ...kept, ...command], { stdio: "inherit" });
  if (error) {
    throw new Error(
      `the lab's instances are sandboxes and need root, but 'sudo' could not be run (${error.message}): run it as root`,
    );
  }
  return status ?? 1;
}
