import type * as pulumi from "@pulumi/pulumi";
import { inWords, type ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";

/**
 * What an instance does at its first boot before and after Chef. A part is a script (`#!`), or something that cloud-init handles itself
 * (`#cloud-config`, `#cloud-boothook`). Anybody who may read the launch template can read it, so it must not contain secrets.
 *
 * @see https://docs.cloud-init.io/en/latest/explanation/format.html
 */
export interface OwnUserData {
  /**
   * Before Chef: cloud-config and boothooks at their usual time in cloud-init, then the scripts, one after the other. The first script that
   * fails ends the boot, just as a failed converge does. @default none
   */
  readonly before?: readonly pulumi.Input<string>[];
  /**
   * Scripts that run after Chef has converged, one after the other, before the launch hook is completed. If one fails, the boot fails.
   * @default none
   */
  readonly after?: readonly pulumi.Input<string>[];
}

/** The same, once all parts are known. */
export interface KnownUserData {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export type PartKind = "script" | "cloud-config" | "cloud-boothook";

/** The kind of a part by its first line, as cloud-init determines it; undefined for anything else. */
export function partKind(text: string): PartKind | undefined {
  if (/^#! *\//.test(text)) return "script";
  const [first = ""] = text.split("\n");
  const kind = /^#(cloud-config|cloud-boothook)\s*$/.exec(first)?.[1];
  return kind as PartKind | undefined;
}

/** What cloud-config must not contain here, and what to do instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  runcmd:
    "write the commands as a script: cloud-init continues when one of them fails, and the launch hook would still be completed",
  power_state: "leave it out: the instance would restart after it has gone into service",
  chef: "leave it out: cloud-init would register the instance a second time",
  cloud_init_modules: "leave it out: without one of the default modules, Chef may never run",
  cloud_config_modules: "leave it out: without one of the default modules, Chef may never run",
  cloud_final_modules: "leave it out: without one of the default modules, Chef may never run",
};

/** Mistakes in the parts, as far as they are known. */
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
  const value = inWords(`a string that starts with ${JSON.stringify(part.slice(0, BEGINNING))}`);
  if (kind === undefined) {
    const expected = "a script that starts with '#!/', or a first line '#cloud-config' or '#cloud-boothook'";
    return [{ property, value, expected, fix: "start it this way, so that cloud-init recognizes it" }];
  }
  if (kind !== "cloud-config") return [];
  if (!isMapping(part)) {
    const fix =
      "start it with 'key: value' at the beginning of the line, without tabs; for anything else cloud-init only logs a warning";
    return [
      { property, value: inWords("not a YAML mapping"), expected: "keys of cloud-config after its first line", fix },
    ];
  }
  return Object.entries(NOT_HERE).flatMap(([key, fix]): ValidationIssue[] => {
    if (!new RegExp(`^["']?${key}["']?\\s*:`, "m").test(part)) return [];
    return [{ property, value: inWords(`cloud-config with '${key}'`), expected: `no '${key}'`, fix }];
  });
}

/** As far as it can be recognized without a YAML parser. @see https://docs.cloud-init.io/en/latest/explanation/about-cloud-config.html */
function isMapping(cloudConfig: string): boolean {
  const lines = cloudConfig.split("\n").filter((line) => !/^\s*(#|---\s*$|$)/.test(line));
  return lines.every((line) => !line.startsWith("\t")) && /^(["']?[\w.-]+["']?\s*:(\s|$)|\{)/.test(lines[0] ?? "{");
}

const BEGINNING = 40;

/** cloud-init handles its own parts before it runs any script, whatever the order of the parts. */
function lastIssues(part: pulumi.Input<string>, property: string): ValidationIssue[] {
  const wrong = partIssues(part, property);
  if (wrong.length > 0 || typeof part !== "string" || partKind(part) === "script") return wrong;
  const fix = "move it to 'before', or write it as a script";
  return [{ property, value: inWords(partKind(part) ?? ""), expected: "a script that starts with '#!/'", fix }];
}
