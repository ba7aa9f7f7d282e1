import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { isObject, type Properties, type Value } from "../providers/values";

/** What the engine needs of Pulumi.yaml. */
export interface Project {
  readonly name: string;
  /** Folder of Pulumi.yaml. */
  readonly root: string;
  /** Folder the program runs in, and its entry in it (`.` leaves the choice to package.json). */
  readonly programFolder: string;
  readonly entry: string;
  /** What Node.js is told beside the program, of `runtime.options.nodeargs`; words apart by spaces, without quotes. */
  readonly nodeArguments: readonly string[];
  /** Whether the program is run by ts-node: `runtime.options.typescript`. @default true */
  readonly typescript: boolean;
}

/** Configuration as the program sees it: full key to text; what is not text is JSON. */
export type Configuration = Record<string, string>;

/** Reads Pulumi.yaml. Errors: it is missing, or its runtime is not nodejs. */
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
 * Reads the configuration of a stack and lays the given values over it.
 * Errors: an encrypted value, by its key, for the engine has no secrets provider.
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

function readYaml(file: string): Properties {
  const content = parse(readFileSync(file, "utf8")) as Value | undefined;
  if (!isObject(content)) throw new Error(`'${file}' must hold a map, got ${JSON.stringify(content)}; correct it`);
  return content;
}
