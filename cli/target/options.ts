import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { certificateProblem } from "../../chef/certificates";
import { type KeyReference, NOT_SHOWN, parseKeyReference, shownText } from "../../chef/keys";
import { isGroupName } from "../../chef/names";
import { isRecord, parseJson } from "../../common/json";
import { UsageError } from "../command/exit";

/** Values from options and environment; missing ones are looked up, see `target.ts`. */
export interface ConnectionFlags {
  readonly region?: string;
  readonly outputs?: string;
  readonly function?: string;
  readonly group?: readonly string[];
  readonly chefServerUrl?: string;
  readonly chefClient?: string;
  readonly chefKey?: KeyReference;
  /** PEM. */
  readonly chefCa?: string;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
}

/** Options for whole fleets: stack outputs, functions, queues. */
export function addFleetOptions(command: Command): Command {
  return addRegionOption(command.optionsGroup("The fleet:"))
    .option("--outputs <file>", "file with the output of 'pulumi stack output --json'; '-' for standard input")
    .addOption(
      new Option("--function <name>", "name of the reaper's function, whose settings are used")
        .env("REAPER_FUNCTION")
        .argParser(noKey("the name of a function")),
    )
    .addOption(
      new Option("--group <name>", "only this Auto Scaling group; may be repeated")
        .env("REAPER_GROUPS")
        .argParser(groupNames),
    );
}

export function addQueueOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--queue-url <url>", "the queue that the reaper reads")
        .env("REAPER_QUEUE_URL")
        .argParser(noKey("a queue's URL")),
    )
    .addOption(
      new Option("--dead-letter-queue-url <url>", "its dead-letter queue")
        .env("REAPER_DEAD_LETTER_QUEUE_URL")
        .argParser(noKey("a queue's URL")),
    );
}

export function addRegionOption(command: Command): Command {
  return command.addOption(new Option("--region <region>", "AWS region").env("AWS_REGION"));
}

/** Options for the Chef server and the client. A key itself is never accepted: only the place where it is stored. */
export function addChefOptions(command: Command): Command {
  return command
    .optionsGroup("Chef server:")
    .addOption(
      new Option("--chef-server-url <url>", "with /organizations/NAME if it has organizations").env(
        "REAPER_CHEF_SERVER_URL",
      ),
    )
    .addOption(new Option("--chef-client <name>", "Chef client or user to use").env("REAPER_CHEF_CLIENT_NAME"))
    .addOption(
      new Option(
        "--chef-key <reference>",
        `place of its key: a file, or JSON such as {"ssmParameter": "/chef/operator.pem"}`,
      )
        .env("REAPER_CHEF_KEY")
        .argParser(keyReference),
    )
    .addOption(
      new Option("--chef-ca <file>", "PEM file of the CA that signed the server's certificate")
        .env("REAPER_CHEF_CA_PEM")
        .argParser(certificate),
    )
    .optionsGroup("Options:");
}

/**
 * A path, or the place of a key in JSON. Commander prints an invalid argument, which may be a key that was pasted by mistake, so this
 * throws an error that does not quote it.
 */
export function keyReference(text: string): KeyReference {
  const value = text.trimStart().startsWith("{") ? parseJson(text) : { file: text };
  if (!isRecord(value)) {
    throw new UsageError(`'--chef-key' starts like JSON but is not: quote it for the shell, as '{"file": "key.pem"}'`);
  }
  try {
    return parseKeyReference(value, "--chef-key");
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads a file; the environment contains the text itself. */
function certificate(given: string): string {
  const text = given.includes("BEGIN CERTIFICATE") ? given : fileText(given);
  const problem = certificateProblem(text);
  if (problem) throw new InvalidArgumentError(`it is not a file of PEM certificates: ${problem}`);
  return text;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidArgumentError(`it cannot be read: ${(error as Error).message}`);
  }
}

/** Names that commands print in their headings, so that a key or a part of one is refused before. */
function noKey(expected: string): (given: string) => string {
  return (given) => {
    if (shownText(given) === NOT_SHOWN)
      throw new InvalidArgumentError(`expected ${expected}, not a key or a part of one`);
    return given;
  };
}

/** The environment contains a JSON list, like the reaper's; each option names one group. */
function groupNames(given: string, earlier: readonly string[] = []): readonly string[] {
  const names = given.startsWith("[") ? parseJson(given) : [...earlier, given];
  if (Array.isArray(names) && names.every(isGroupName)) return names;
  throw new InvalidArgumentError("expected a group's name, 1 to 255 of A-Z a-z 0-9 _ . -");
}
