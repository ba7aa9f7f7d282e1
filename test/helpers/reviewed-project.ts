import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { builtProgram } from "../../lab/services/built-program";
import { projectRoot } from "../../lab/services/places";

export const hasCli = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pulumi")));

/** What runs previews on this machine, for the titles of tests. */
export const previewer = hasCli ? "the Pulumi CLI" : "the lab's engine";

/** Runs a program to its end, whatever its exit code. */
export async function runToEnd(file: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }) {
  return promisify(execFile)(file, args, { ...options, env: { ...process.env, ...options.env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
  );
}

/** Creates a program with the stack 'review' in the folder, without credentials. @returns the environment for the review */
export async function makeReviewedProject(folder: string): Promise<NodeJS.ProcessEnv> {
  cpSync(join(projectRoot, "test/policy/project"), folder, { recursive: true });
  const standIn = hasCli ? [] : [makeStandIn(folder)];
  const env = {
    PATH: [resolve(projectRoot, "lab/providers/bin"), process.env.PATH, ...standIn].join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(folder).href,
    PULUMI_CONFIG_PASSPHRASE: "review",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  };
  await runToEnd("pulumi", ["stack", "init", "review", "--non-interactive"], { cwd: folder, env });
  return env;
}

/** Creates a `pulumi` for machines without the CLI, in a subfolder. @returns that folder, for PATH */
export function makeStandIn(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const program = builtProgram("test/policy/stand-in/main.ts");
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  return bin;
}
