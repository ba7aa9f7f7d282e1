import { readFileSync } from "node:fs";
import { isRecord, type JsonRecord, parseJson } from "../../common/json";
import { UsageError } from "../command/exit";

/** The outputs of one group. */
export interface GroupOutput {
  readonly group: string;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  readonly functionName?: string;
}

/**
 * Reads the output of `pulumi stack output --json`.
 *
 * @param file `-` for standard input
 */
export function readStackOutputs(file: string): GroupOutput[] {
  return groupOutputs(textOf(file), file === "-" ? "standard input" : `'${file}'`);
}

/**
 * The groups in a stack's outputs, wherever the program put them: objects with the outputs of ChefAutoScalingGroup.
 *
 * @param source for messages
 * @throws UsageError if there is none
 */
export function groupOutputs(text: string, source: string): GroupOutput[] {
  const document = parseJson(text);
  if (!isRecord(document)) {
    throw new UsageError(`${source} does not contain a JSON object: write it with 'pulumi stack output --json'`);
  }
  const found = groupsIn(document);
  if (found.length > 0) return found;
  throw new UsageError(
    `${source} contains no group, the outputs are '${Object.keys(document).join("', '")}': export an object with the group's ` +
      "'autoScalingGroupName', 'queueUrl', 'deadLetterQueueUrl' and 'reaperFunctionName'",
  );
}

function groupsIn(value: unknown): GroupOutput[] {
  if (!isRecord(value)) return [];
  const { autoScalingGroupName: group } = value;
  return typeof group === "string" ? [outputOf(value, group)] : Object.values(value).flatMap(groupsIn);
}

function outputOf(value: JsonRecord, group: string): GroupOutput {
  const text = (name: string) => (typeof value[name] === "string" ? (value[name] as string) : undefined);
  return {
    group,
    queueUrl: text("queueUrl"),
    deadLetterQueueUrl: text("deadLetterQueueUrl"),
    functionName: text("reaperFunctionName"),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`'--outputs' cannot be read: ${(error as Error).message}`);
  }
}
