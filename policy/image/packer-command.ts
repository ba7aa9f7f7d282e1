import type { PolicyResource } from "@pulumi/policy";
import { entries, list, text } from "../stack/known";
import type { OriginPart, Said } from "./origins";
import { assignments, commandsOf, LATER, LONGEST, type ShellCommand } from "./shell";

/** One `packer build` of a command; undefined if its words are unknown. */
export type PackerBuild = ShellCommand | undefined;

/** Commands that only print or read their arguments. */
const RUNS_NOTHING = /^(?::|\[+|alias|cat|command|echo|e?grep|false|git|logger|man|printf|say|test|true|type|which)$/;

/** Shells and the like, which run a text that they are given. */
const SHELLS = /(?:^|\/)(?:ba|da|k|z|a)?sh$/;

/** Packer itself, also as a container's image or with a path. */
const PACKER = /(?:^|\/)packer(?:\.exe)?(?:[:@][\w.:-]+)?$/;

/** Maximum depth of shells within shells. */
const DEEPEST = 3;

/** A rough check for a build in text that is not parsed as shell. */
const MENTIONS_BUILD = /\bpacker(?:\.exe)?\b[^\n;&|]{0,300}?\bbuild\b/;

/** Common names of the template variables that are compared here, the most common first. */
const NAMES = {
  instanceType: ["instance_type", "aws_instance_type", "build_instance_type"],
  architecture: ["architecture", "arch"],
  region: ["region", "aws_region"],
  copies: ["ami_regions"],
  imdsSupport: ["imds_support"],
  encrypted: ["encrypt_boot"],
} as const;

const PARTS: readonly (readonly [OriginPart, readonly string[]])[] = [
  ["architecture", NAMES.architecture],
  ["regions", [...NAMES.region, ...NAMES.copies]],
  ["imdsSupport", NAMES.imdsSupport],
  ["encrypted", NAMES.encrypted],
];

/** Other names of the two architectures; any other value is ignored, and the type decides. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  ...{ x86_64: "x86_64", "x86-64": "x86_64", x86: "x86_64", x64: "x86_64", amd64: "x86_64", intel: "x86_64" },
  ...{ arm64: "arm64", aarch64: "arm64", arm: "arm64", graviton: "arm64" },
};

/** Every `packer build` that a command runs when it is created or updated, each once. */
export function packerBuilds({ props }: Pick<PolicyResource, "props">): PackerBuild[] {
  const scripts = ["create", "update"].map((key) => text(props, key)).filter((script) => script !== undefined);
  const [interpreter] = list(props, "interpreter");
  const isShell = interpreter === undefined || (typeof interpreter === "string" && SHELLS.test(interpreter));
  if (!isShell || scripts.some(({ length }) => length > LONGEST)) {
    return scripts.some((script) => MENTIONS_BUILD.test(script)) ? [undefined] : [];
  }
  const builds = [...new Set(scripts)].flatMap((script) => buildsIn(script, environmentOf(props), 0));
  return [...new Map(builds.map((build) => [JSON.stringify([build.words, variablesOf(build)]), build])).values()];
}

function environmentOf(props: unknown): Map<string, string> {
  return new Map(
    entries(props, "environment").map(([name, value]) => [name, typeof value === "string" ? value : LATER]),
  );
}

function buildsIn(script: string, environment: ReadonlyMap<string, string>, depth: number): ShellCommand[] {
  if (depth > DEEPEST) return [];
  return commandsOf(script, environment).flatMap((command) => {
    const { words } = command;
    if (RUNS_NOTHING.test(words[0] ?? "")) return [];
    const packer = words.findIndex((word, index) => PACKER.test(word) && runsBuild(words.slice(index + 1)));
    if (packer >= 0) {
      // As in `env NAME=value packer …` and `docker run -e NAME=value … packer …`.
      const variables = new Map([...command.variables, ...assignments(words.slice(0, packer))]);
      return [{ words: words.slice(packer + 1), variables }];
    }
    const shell = words.findIndex((word) => SHELLS.test(word) || word === "eval" || word === "ssh");
    if (shell < 0) return [];
    return words.slice(shell + 1).flatMap((word) => buildsIn(word, command.variables, depth + 1));
  });
}

function runsBuild(words: readonly string[]): boolean {
  return words.find((word) => !word.startsWith("-")) === "build";
}

/** The environment variables that Packer reads, to distinguish builds. */
function variablesOf({ variables }: ShellCommand): [string, string][] {
  return [...variables].filter(([name]) => name.startsWith("PKR_VAR_"));
}

/**
 * What Packer's variables state about a build: `-var` takes precedence over the environment's `PKR_VAR_…`. Values that a `-var-file` may
 * override are unknown, since its text is not in the program.
 *
 * @see https://developer.hashicorp.com/packer/docs/templates/hcl_templates/variables#variable-definition-precedence
 */
export function packerVariables(build: PackerBuild): Said {
  if (build === undefined) return {};
  const { given, hasFiles } = givenTo(build);
  const one = (name: string) => given.get(name) ?? (hasFiles ? LATER : build.variables.get(`PKR_VAR_${name}`));
  const value = (names: readonly string[]) => {
    const found = names.map(one).find((text) => text !== undefined && text !== "" && (text !== LATER || !hasFiles));
    return found?.includes(LATER) ? undefined : found;
  };
  const unknown = PARTS.filter(([, names]) => names.some((name) => one(name)?.includes(LATER))).map(([part]) => part);
  const region = value(NAMES.region);
  const copies = value(NAMES.copies)?.match(/[a-z]{2,}(?:-[a-z0-9]+)+-\d+/g);
  return {
    unknown,
    instanceType: value(NAMES.instanceType),
    architecture: ARCHITECTURES[value(NAMES.architecture)?.toLowerCase() ?? ""],
    regions: region === undefined ? undefined : [...new Set([region, ...(copies ?? [])])],
    imdsSupport: value(NAMES.imdsSupport),
    encrypted: value(NAMES.encrypted) === "true" || undefined,
  };
}

/** The values of `-var`; a later one overrides an earlier one, and a `-var-file` after it may set anything. */
function givenTo({ words }: ShellCommand): { given: Map<string, string>; hasFiles: boolean } {
  const given = new Map<string, string>();
  let hasFiles = false;
  for (const [index, word] of words.entries()) {
    const [, flag, inline] = /^--?(var|var-file)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === "var-file") {
      hasFiles = true;
      given.clear();
    } else if (flag === "var") {
      const [, name = "", value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(inline ?? words[index + 1] ?? "") ?? [];
      given.set(name, value);
    }
  }
  return { given, hasFiles };
}
