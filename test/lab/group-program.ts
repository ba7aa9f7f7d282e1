/** A program with groups, brought up by the lab's engine in an emulator that keeps instances as records. */
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
  /** Gives the stack another name, under the CLI alone. @returns what runs it from now on */
  renameStack(name: string): Promise<StackRunner>;
  /** Where the stack's state is kept. */
  readonly stateDir: string;
  /** Makes these statements the program, without running it. */
  write(statements: string): void;
  /** Brings up what these statements declare, with a preview before the first time alone; `aws`, `command`, `pulumi` and everything of the package are at hand. */
  up(statements: string): Promise<Result>;
  remove(): void;
}

const identity = (name: string) => ({ name, key: { ssmParameter: `/chef/${name}` } });

/** The least that a group of these tests needs; nothing of it is reaped, since there is no Chef server. */
export const LEAST = {
  imageId: "ami-0deb1200000000001",
  instanceType: "t3.small",
  chef: { serverUrl: "https://chef.invalid", validator: identity("validator"), operator: identity("operator") },
  onDestroy: "retain",
  capacity: { min: 1, max: 3 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  // Nothing runs in an instance that is a record, and so nobody would answer
  hooks: { launch: false },
} as const;

/** @param runnerOf what runs it. @default the lab's engine */
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
