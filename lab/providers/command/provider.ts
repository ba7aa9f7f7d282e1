import { randomBytes } from "node:crypto";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  Diff,
  DiffRequest,
  Provider,
  ReadRequest,
  UpdateRequest,
} from "../provider";
import { changedKeys, containsUnknown, type Properties, UNKNOWN } from "../values";
import { runCommand } from "./local-command";

const COMMAND = "command:local:Command";
const KNOWN = [
  "create",
  "update",
  "delete",
  "triggers",
  "stdin",
  "logging",
  "interpreter",
  "dir",
  "environment",
  "addPreviousOutputInEnv",
];

/**
 * The lab's `command` provider: `local.Command` of pulumi-command in TypeScript, for machines without `pulumi-resource-command`. Any other
 * type or property is an error that names it.
 */
export function commandProvider(): Provider {
  return {
    name: "command",
    version: "4.5.0",
    spreadsSecrets: true,
    configure,
    check,
    diff,
    create,
    update,
    read,
    delete: remove,
    invoke,
  };
}

async function configure(config: Properties): Promise<void> {
  const unknown = Object.keys(config).filter((key) => key !== "version");
  if (unknown.length > 0)
    throw new Error(`the command provider has no setting '${unknown[0]}'; remove it from the configuration`);
}

async function check({ type, inputs }: CheckRequest) {
  if (type !== COMMAND) {
    throw new Error(
      `the lab's command provider does not know the type '${type}', it knows '${COMMAND}'; add it to lab/providers/command`,
    );
  }
  const failures = Object.keys(inputs)
    .filter((key) => !KNOWN.includes(key) && !key.startsWith("__"))
    .map((property) => ({
      property,
      reason: `the lab's command provider does not know '${property}'; add it to lab/providers/command`,
    }));
  return { inputs, failures };
}

async function diff({ oldInputs, inputs }: DiffRequest): Promise<Diff> {
  const changed = changedKeys(oldInputs, inputs);
  return { changed, replaces: changed.filter((key) => key === "triggers"), deleteBeforeReplace: false };
}

async function create({ urn, inputs, preview, log }: CreateRequest) {
  const id = `${urn.split("::").pop()}${randomBytes(4).toString("hex")}`;
  if (preview) return { id, outputs: foretold(inputs) };
  if (typeof inputs.create !== "string") return { id, outputs: { ...inputs, stdout: "", stderr: "" } };
  return { id, outputs: { ...inputs, ...(await runCommand(inputs.create, inputs, {}, log)) } };
}

async function update({ inputs, oldOutputs, preview, log }: UpdateRequest): Promise<Properties> {
  if (preview) return foretold(inputs);
  const line = inputs.update ?? inputs.create;
  const previous = { stdout: oldOutputs.stdout ?? "", stderr: oldOutputs.stderr ?? "" };
  if (typeof line !== "string") return { ...inputs, ...previous };
  return { ...inputs, ...(await runCommand(line, inputs, previous, log)) };
}

/** In a preview, stdout and stderr are unknown after any change, because every output depends on every input, as in pulumi-command. */
function foretold(inputs: Properties): Properties {
  const known = Object.entries(inputs).map(([key, value]) => [key, containsUnknown(value) ? UNKNOWN : value] as const);
  return { ...Object.fromEntries(known), stdout: UNKNOWN, stderr: UNKNOWN };
}

async function read({ id, inputs, outputs }: ReadRequest) {
  return { id, inputs, outputs };
}

async function remove({ outputs, log }: DeleteRequest): Promise<void> {
  if (typeof outputs.delete === "string") await runCommand(outputs.delete, outputs, outputs, log);
}

async function invoke(token: string): Promise<Properties> {
  throw new Error(`the lab's command provider has no function '${token}'; declare a '${COMMAND}' instead`);
}
