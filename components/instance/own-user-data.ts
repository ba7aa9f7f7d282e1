import type * as pulumi from "@pulumi/pulumi";
import { inWords, type ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";

/**
 * What an instance does at its first boot around Chef. A part is a script (`#!`), or what cloud-init does itself (`#cloud-config`,
 * `#cloud-boothook`). Everybody who may read the launch template reads it too, so it holds no secret.
 *
 * @see https://docs.cloud-init.io/en/latest/explanation/format.html
 */
export interface OwnUserData {
  /**
   * Before Chef: cloud-config and boothooks when cloud-init comes to them, scripts one after the other after all that. The first script that
   * fails ends the boot as a failed converge does. @default none
   */
  readonly before?: readonly pulumi.Input<string>[];
  /**
   * Scripts that run once Chef has converged, one after the other, before the launch hook is answered: where one fails, the boot has
   * failed. @default none
   */
  readonly after?: readonly pulumi.Input<string>[];
}

/** The same when all of it is known. */
export interface KnownUserData {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export type PartKind = "script" | "cloud-config" | "cloud-boothook";

/** As cloud-init tells them, by their beginnings; undefined for what is none of these. */
export function partKind(text: string): PartKind | undefined {
  if (/^#! *\//.test(text)) return "script";
  const [first = ""] = text.split("\n");
  const kind = /^#(cloud-config|cloud-boothook)\s*$/.exec(first)?.[1];
  return kind as PartKind | undefined;
}

/** What cloud-config may not say here, and what to do instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  runcmd:
    "write the commands as a script: cloud-init goes on when one of them fails, and the launch hook would not hear of it",
  power_state: "leave it out: the instance would restart after it has gone into service",
  chef: "leave it out: cloud-init would register the instance a second time",
  cloud_init_modules: "leave it out: without a module of the usual list Chef may never run",
  cloud_config_modules: "leave it out: without a module of the usual list Chef may never run",
  cloud_final_modules: "leave it out: without a module of the usual list Chef may never run",
};

/** What is wrong with parts, as far as they are known. */
export function ownUserDataIssues({ before = [], after = [] }: OwnUserData = {}): ValidationIssue[] {
  return [
    ...before.flatMap((part, index) => partIssues(part, `instance.userData.before.${index}`)),
    ...after.flatMap((part, index) => lastIssues(part, `instance.userData.after.${index}`)),
  ];
}

function partIssues(part: pulumi.Input<string>, property: string): ValidationIssue[] {
  if (typeof part !== "string") return [];
  const pasted = pastedKeys(part, property);
  if (pasted.length > 0) return pasted;
  const kind = partKind(part);
  const value = inWords(`a text that begins with ${JSON.stringify(part.slice(0, BEGINNING))}`);
  if (kind === undefined) {
    const expected = "a script that begins with '#!/', or a first line '#cloud-config' or '#cloud-boothook'";
    return [{ property, value, expected, fix: "begin it so; cloud-init takes it for nothing else" }];
  }
  if (kind !== "cloud-config") return [];
  if (!isMapping(part)) {
    const fix =
      "write it as 'key: value' from the line's beginning, without tabs; of anything else cloud-init only logs that it failed";
    return [
      { property, value: inWords("no mapping in YAML"), expected: "cloud-config's keys below its first line", fix },
    ];
  }
  return Object.entries(NOT_HERE).flatMap(([key, fix]): ValidationIssue[] => {
    if (!new RegExp(`^["']?${key}["']?\\s*:`, "m").test(part)) return [];
    return [{ property, value: inWords(`cloud-config with '${key}'`), expected: `no '${key}'`, fix }];
  });
}

/** As far as it can be told without reading all of YAML. @see https://docs.cloud-init.io/en/latest/explanation/about-cloud-config.html */
function isMapping(cloudConfig: string): boolean {
  const lines = cloudConfig.split("\n").filter((line) => !/^\s*(#|---\s*$|$)/.test(line));
  return lines.every((line) => !line.startsWith("\t")) && /^(["']?[\w.-]+["']?\s*:(\s|$)|\{)/.test(lines[0] ?? "{");
}

const BEGINNING = 40;

/** cloud-init does its own before it runs any script, whatever the order of the parts. */
function lastIssues(part: pulumi.Input<string>, property: string): ValidationIssue[] {
  const wrong = partIssues(part, property);
  if (wrong.length > 0 || typeof part !== "string" || partKind(part) === "script") return wrong;
  const fix = "put it into 'before', or write what it does as a script";
  return [{ property, value: inWords(partKind(part) ?? ""), expected: "a script that begins with '#!/'", fix }];
}
