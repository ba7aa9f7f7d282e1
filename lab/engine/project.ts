import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { isObject, type Properties, type Value } from "../providers/values";

/** The parts of Pulumi.yaml that the engine uses. */
export interface Project {
  readonly name: string;
  /** Folder that contains Pulumi.yaml. */
  readonly root: string;
  /** Folder in which the program runs, and its entry point there (`.` means the one in package.json). */
  readonly programFolder: string;
  readonly entry: string;
  /** Additional arguments for Node.js, from `runtime.options.nodeargs`, separated by spaces and without quotes. */
  readonly nodeArguments: readonly string[];
  /** Whether ts-node runs the program: `runtime.options.typescript`. @default true */
  readonly typescript: boolean;
}

/** Configuration as the program receives it: text by full key; values of other types are JSON. */
export type Configuration = Record<string, string>;

/** Reads Pulumi.yaml. @throws if it is missing, or if its runtime is not nodejs */
export function readProject(folder: string): Project {
  const root = resolve(folder);
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) throw new Error(`'${file}' does not exist; name the project's folder with --cwd`);
  const { name, runtime, main } = readYaml(file);
  const language = isObject(runtime) ? runtime.name : runtime;
  if (language !== "nodejs")
    throw new Error(
      `'runtime' in '${file}' must be nodejs for the lab's engine, got '${language}'; use the Pulumi CLI`,
    );
  if (typeof name !== "string")
    throw new Error(`'name' in '${file}' must be a text, got ${JSON.stringify(name)}; give the project a name`);
  const program = resolve(root, typeof main === "string" ? main : ".");
  const isFile = existsSync(program) && statSync(program).isFile();
  const place = isFile
    ? { programFolder: dirname(program), entry: basename(program) }
    : { programFolder: program, entry: "." };
  const options = isObject(runtime) && isObject(runtime.options) ? runtime.options : {};
  return { name, root, ...place, nodeArguments: nodeArguments(options), typescript: options.typescript !== false };
}

function nodeArguments({ nodeargs }: Properties): string[] {
  return typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter(Boolean) : [];
}

/**
 * Reads the configuration of a stack and overrides it with the given values.
 *
 * @throws if a value is encrypted, with its key, since the engine has no secrets provider
 */
export function readConfiguration(file: string, project: string, overrides: Configuration): Configuration {
  const { config = {} } = existsSync(file) ? readYaml(file) : {};
  if (!isObject(config))
    throw new Error(`'config' in '${file}' must be a map, got ${JSON.stringify(config)}; correct it`);
  const values: Configuration = {};
  for (const [key, value] of Object.entries({ ...config, ...overrides })) {
    if (holdsSecure(value)) {
      throw new Error(
        `'${key}' in '${file}' is encrypted, which the lab's engine cannot read; use the Pulumi CLI, or a reference to the secret`,
      );
    }
    values[key.includes(":") ? key : `${project}:${key}`] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return values;
}

function holdsSecure(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsSecure);
  if (!isObject(value)) return false;
  return typeof value.secure === "string" || Object.values(value).some(holdsSecure);
}

/** Reads the PulumiPolicy.yaml of a pack, as the CLI does before it starts it. @throws if it is no YAML, or its runtime is not nodejs */
export function checkPolicyProject(folder: string): void {
  const file = join(folder, "PulumiPolicy.yaml");
  const { runtime } = readYaml(file);
  const language = isObject(runtime) ? runtime.name : runtime;
  if (language !== "nodejs")
    throw new Error(
      `'runtime' in '${file}' must be nodejs for the lab's engine, got '${language}'; use the Pulumi CLI`,
    );
}

function readYaml(file: string): Properties {
  const content = parse(readFileSync(file, "utf8")) as Value | undefined;
  if (!isObject(content)) throw new Error(`'${file}' must hold a map, got ${JSON.stringify(content)}; correct it`);
  return content;
}
