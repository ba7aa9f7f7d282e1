/** A program with groups, deployed by the lab's engine to an emulator that keeps instances as records. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renameStack } from "../../lab/engine/cli-runner";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { Result, StackOptions, StackRunner } from "../../lab/engine/stack-runner";
import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";
import type { Emulator } from "./emulator-process";

export interface GroupProgram {
  runner: StackRunner;
  /** Renames the stack, only with the CLI. @returns the stack's new runner */
  renameStack(name: string): Promise<StackRunner>;
  /** Folder of the stack's state. */
  readonly stateDir: string;
  /** Writes a program with these statements, without running it. */
  write(statements: string): void;
  /** Deploys these statements, the first time after a preview. They can use `aws`, `command`, `pulumi` and everything in the package. */
  up(statements: string): Promise<Result>;
  remove(): void;
}

const identity = (name: string) => ({ name, key: { ssmParameter: `/chef/${name}` } });

/** The arguments that every group of these tests needs. Nothing is reaped, since there is no Chef server. */
const LEAST = {
  imageId: "ami-0deb1200000000001",
  instanceType: "t3.small",
  chef: { serverUrl: "https://chef.invalid", validator: identity("validator"), operator: identity("operator") },
  onDestroy: "retain",
  capacity: { min: 1, max: 3 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  // Nothing runs in an instance that is a record, so nothing would complete the hook
  hooks: { launch: false },
} as const;

/** @param runnerOf creates the runner. @default the lab's engine */
export function groupProgram(
  name: string,
  { client }: Pick<Emulator, "client">,
  runnerOf: (options: StackOptions) => StackRunner = inProcessRunner,
): GroupProgram {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const stateDir = join(folder, "state");
  const options: StackOptions = {
    project: folder,
    stack: "test",
    stateDir,
    environment: {
      AWS_ENDPOINT_URL: client.endpoint,
      AWS_REGION: client.region,
      AWS_ACCESS_KEY_ID: client.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: client.credentials.secretAccessKey,
      ...(client.credentials.sessionToken && { AWS_SESSION_TOKEN: client.credentials.sessionToken }),
    },
    config: { "aws:region": client.region },
  };
  const head = [
    'import * as aws from "@pulumi/aws";',
    'import * as command from "@pulumi/command";',
    'import * as pulumi from "@pulumi/pulumi";',
    `import * as fleet from ${componentsLiteral()};`,
    `const least = ${JSON.stringify(LEAST)} as const;`,
  ];
  const write = (statements: string) => {
    const lines = [...head, statements, "void [aws, command, pulumi, fleet, least];\n"];
    writeProgram(folder, name, lines.join("\n"));
  };
  let previewed = false;
  const program: GroupProgram = {
    runner: runnerOf(options),
    renameStack: (name) => renameStack(options, name),
    stateDir,
    write,
    up: (statements) => {
      write(statements);
      const skipPreview = previewed;
      previewed = true;
      return program.runner.up({ skipPreview });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return program;
}
