import Module, { createRequire } from "node:module";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "../providers/provider";
import { equal, isObject, type Properties, UNKNOWN } from "../providers/values";
import type { Configuration, Project } from "./project";

const SOURCE = "__provider";

/**
 * The provider of `pulumi-nodejs:dynamic:Resource`. It evaluates the provider that the program serialized into the resource and calls it
 * as `@pulumi/pulumi/cmd/dynamic-provider` does. Functions that the program's provider leaves out have the same defaults as there.
 */
export function dynamicProvider(project: Project, configuration: Configuration): Provider {
  const known = new Map<string, Promise<pulumi.dynamic.ResourceProvider>>();
  const load = ({ [SOURCE]: source }: Properties) => {
    if (typeof source !== "string")
      throw new Error(`a dynamic resource must carry its provider as text, got ${typeof source}`);
    const provider = known.get(source) ?? evaluate(source, project, configuration);
    known.set(source, provider);
    return provider;
  };
  return {
    name: "pulumi-nodejs",
    version: "1.0.0",
    spreadsSecrets: false,
    configure: async () => {},
    check: async ({ inputs, oldInputs = {} }) => {
      const provider = await load(inputs[SOURCE] === UNKNOWN ? oldInputs : inputs);
      const checked = await provider.check?.(oldInputs, inputs);
      return {
        inputs: { ...(checked?.inputs ?? inputs), [SOURCE]: inputs[SOURCE] },
        failures: checked?.failures ?? [],
      };
    },
    diff: async ({ id, oldInputs, oldOutputs, inputs }) => {
      const provider = await load(inputs[SOURCE] === UNKNOWN ? oldInputs : inputs);
      const answer = await provider.diff?.(id, oldOutputs, inputs);
      const replaces = answer?.replaces ?? [];
      return {
        changed: verdict(answer?.changes, replaces, changedInputs(oldInputs, inputs)),
        replaces,
        deleteBeforeReplace: answer?.deleteBeforeReplace ?? false,
      };
    },
    create: async ({ inputs, preview }) => {
      if (preview) return { id: "", outputs: inputs };
      const made = await (await load(inputs)).create(inputs);
      return { id: made.id, outputs: { ...(made.outs as Properties), [SOURCE]: inputs[SOURCE] } };
    },
    update: async ({ id, oldOutputs, inputs, preview }) => {
      if (preview) return inputs;
      const changed = await (await load(inputs)).update?.(id, oldOutputs, inputs);
      return { ...(changed?.outs as Properties | undefined), [SOURCE]: inputs[SOURCE] };
    },
    read: async ({ id, inputs, outputs }) => {
      const reading = await (await load(outputs)).read?.(id, outputs);
      if (reading === undefined) return { id, inputs, outputs };
      if (!reading.id) return undefined;
      const kept = { [SOURCE]: outputs[SOURCE] };
      const readInputs = isObject(reading.inputs) ? { ...reading.inputs, ...kept } : inputs;
      return { id: reading.id, inputs: readInputs, outputs: { ...(reading.props as Properties), ...kept } };
    },
    delete: async ({ id, outputs }) => {
      await (await load(outputs)).delete?.(id, outputs);
    },
    invoke: async (token) => {
      throw new Error(`a dynamic provider has no function '${token}'`);
    },
  };
}

/** The changed properties: as the provider reports them if its diff says whether there are changes, otherwise those found in the inputs. */
function verdict(changes: boolean | undefined, replaces: string[], seen: string[]): string[] {
  if (changes === undefined) return seen;
  if (!changes) return [];
  const named = [...new Set([...seen, ...replaces])];
  return named.length > 0 ? named : ["*"];
}

function changedInputs(old: Properties, inputs: Properties): string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(inputs)]);
  return [...keys].filter((key) => !equal(old[key], inputs[key]));
}

async function evaluate(
  source: string,
  project: Project,
  configuration: Configuration,
): Promise<pulumi.dynamic.ResourceProvider> {
  const file = join(project.programFolder, "__dynamic_provider.js");
  const module = new Module(file) as Module & { paths: string[]; _compile(code: string, file: string): void };
  // Modules that the provider requires are resolved as in the program.
  module.paths = createRequire(file).resolve.paths("x") ?? [];
  module.filename = file;
  module._compile(source, file);
  const provider = (module.exports as { handler(): pulumi.dynamic.ResourceProvider }).handler();
  await provider.configure?.({ config: settings(project.name, configuration) });
  return provider;
}

function settings(project: string, configuration: Configuration): pulumi.dynamic.Config {
  const get = (key: string) => configuration[key.includes(":") ? key : `${project}:${key}`];
  return {
    get,
    require: (key) => {
      const value = get(key);
      if (value === undefined)
        throw new Error(`missing required configuration key '${key}'; set it with pulumi config set`);
      return value;
    },
  };
}
