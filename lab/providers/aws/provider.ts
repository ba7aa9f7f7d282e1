import { randomBytes } from "node:crypto";
import type * as lab from "../provider";
import { changedKeys, containsUnknown, equal, isObject, type Properties, UNKNOWN } from "../values";
import { type Clients, makeClients } from "./clients";
import { carried, planned, replanned } from "./computed";
import { type Configuration, readConfiguration } from "./configuration";
import { FUNCTIONS } from "./functions";
import { NOT_MODELLED } from "./not-modelled";
import type { Call, ResourceType } from "./resource-type";
import { plain, unknownKeys } from "./shape";
import { RESOURCE_TYPES } from "./table";

/** Key under which the check stores the names of inputs that it generated, as @pulumi/aws's bridge does. */
const DEFAULTS = "__defaults";

/**
 * The lab's `aws` provider. It supports the resource types in table.ts with the names and shapes of @pulumi/aws, and creates them in the
 * emulator at AWS_ENDPOINT_URL. A type, property or function that it does not support is an error that names it.
 */
export function awsProvider(): lab.Provider {
  let configuration: Configuration | undefined;
  const clients = new Map<string, Clients>();

  function settings(): Configuration {
    configuration ??= readConfiguration({});
    return configuration;
  }

  function call(inputs: Properties, log: lab.Log): Call {
    const region = typeof inputs.region === "string" ? inputs.region : settings().region;
    const known = clients.get(region) ?? makeClients(region);
    clients.set(region, known);
    return { clients: known, region, log, defaultTags: settings().defaultTags };
  }

  return {
    name: "aws",
    version: "7.48.0",
    spreadsSecrets: false,
    configure: async (config) => {
      configuration = readConfiguration(config);
    },
    check: async (request) => check(request, settings()),
    diff: async (request) => diff(keeping(request)),
    create: async ({ type, inputs, preview, log }) => {
      const entry = find(type);
      if (preview) return { id: "", outputs: { ...unknowns(entry.computed), ...planned(type, inputs) } };
      const made = call(inputs, log);
      const id = await entry.create(made, inputs);
      const live = await entry.read(made, id, inputs);
      if (live === undefined)
        throw new Error(`'${type}' with id '${id}' was created and is gone; look at the emulator's log`);
      return { id, outputs: { ...inputs, ...live } };
    },
    update: async (asked) => {
      const request = keeping(asked);
      const entry = find(request.type);
      const changed = changedKeys(request.oldInputs, request.inputs);
      if (request.preview) return foretold(entry, request, changed);
      return update(entry, call(request.inputs, request.log), request, changed);
    },
    read: async ({ id, type, inputs, outputs, log }) => {
      const live = await find(type).read(call(inputs, log), id, inputs);
      if (live === undefined) return undefined;
      return { id, inputs: drifted(inputs, outputs, live), outputs: { ...outputs, ...live } };
    },
    delete: async ({ id, type, outputs, log, timeoutSeconds }) =>
      find(type).delete(call(outputs, log), id, outputs, timeoutSeconds),
    invoke: async (token, args) => {
      const answer = FUNCTIONS[token];
      if (answer === undefined) {
        throw new Error(
          `the lab's aws provider does not know the function '${token}'; add it to lab/providers/aws/functions.ts`,
        );
      }
      return answer(call(args, ignore), args);
    },
  };
}

const ignore: lab.Log = () => {};

function find(type: string): ResourceType {
  const entry = RESOURCE_TYPES[type];
  if (entry !== undefined) return entry;
  throw new Error(`the lab's aws provider does not know the type '${type}'; add it to lab/providers/aws/table.ts`);
}

function check({ type, urn, inputs, oldInputs }: lab.CheckRequest, { defaultTags }: Configuration) {
  const entry = find(type);
  const failures = unknownKeys(type, inputs, {
    ...entry.inputs,
    ...plain("region", ...Object.keys(NOT_MODELLED[type] ?? {})),
  });
  for (const property of entry.required ?? []) {
    if (inputs[property] === undefined)
      failures.push({ property, reason: `'${property}' of '${type}' is missing; give it a value` });
  }
  const filled: Properties = { ...entry.defaults, ...inputs };
  const name = automaticName(entry, urn, inputs, oldInputs);
  if (entry.inputs.tags === true && Object.keys(defaultTags).length > 0 && !containsUnknown(inputs.tags)) {
    filled.tagsAll = { ...defaultTags, ...(isObject(inputs.tags) ? inputs.tags : {}) };
  }
  return { inputs: { ...filled, ...name, [DEFAULTS]: Object.keys(name) }, failures };
}

/** Generates a name for a resource without one, or keeps the name that was generated before. */
function automaticName(entry: ResourceType, urn: string, inputs: Properties, oldInputs: Properties = {}): Properties {
  if (entry.automaticName === undefined) return {};
  const { key = "name", suffix = () => "" } = entry.automaticName;
  if (inputs[key] !== undefined) return {};
  const prefix = inputs[`${key}Prefix`];
  if (equal(prefix, oldInputs[`${key}Prefix`]) && typeof oldInputs[key] === "string" && generated(oldInputs, key)) {
    return { [key]: oldInputs[key] };
  }
  if (typeof prefix === "string") return { [key]: `${prefix}${randomBytes(13).toString("hex")}${suffix(inputs)}` };
  return { [key]: `${urn.split("::").pop()}-${randomBytes(4).toString("hex").slice(0, 7)}${suffix(inputs)}` };
}

function generated(inputs: Properties, key: string): boolean {
  const defaults = inputs[DEFAULTS];
  return Array.isArray(defaults) && defaults.includes(key);
}

/** The change without what only looks like one: properties that are left out, but keep their value. */
function keeping<Request extends lab.DiffRequest>(request: Request): Request {
  const { type, inputs, oldInputs, oldOutputs } = request;
  return {
    ...request,
    inputs: carried(type, inputs, oldOutputs),
    oldInputs: carried(type, oldInputs, oldOutputs),
  };
}

function diff({ type, oldInputs, inputs }: lab.DiffRequest): lab.Diff {
  const { replaces = [], automaticName: naming } = find(type);
  const changed = changedKeys(oldInputs, inputs);
  const key = naming?.key ?? "name";
  // Two resources of the same name cannot exist at the same time. If the program sets the name, the old one must be deleted first.
  const fixed = naming !== undefined && !generated(inputs, key) && equal(inputs[key], oldInputs[key]);
  const replacing = changed.filter((property) => replaces.includes(property) || property === "region");
  return { changed, replaces: replacing, deleteBeforeReplace: fixed };
}

function unknowns(keys: readonly string[]): Properties {
  return Object.fromEntries(keys.map((key) => [key, UNKNOWN]));
}

function foretold(entry: ResourceType, request: lab.UpdateRequest, changed: string[]): Properties {
  const { type, inputs, oldInputs, oldOutputs } = request;
  return { ...replanned(type, inputs, oldInputs, oldOutputs), ...unknowns(entry.recomputed?.(changed) ?? []) };
}

async function update(
  entry: ResourceType,
  made: Call,
  request: lab.UpdateRequest,
  changed: string[],
): Promise<Properties> {
  const { id, type, inputs, oldInputs, oldOutputs } = request;
  if (entry.update === undefined)
    throw new Error(`'${type}' cannot be changed in place, but ${changed.join(", ")} changed`);
  await entry.update(made, {
    id,
    inputs,
    oldInputs,
    oldOutputs,
    changed: (...keys) => keys.some((key) => changed.includes(key)),
  });
  const live = await entry.read(made, id, inputs);
  if (live === undefined) throw new Error(`'${type}' with id '${id}' is gone; refresh the stack, then update again`);
  return { ...inputs, ...live };
}

/** The inputs after changes outside Pulumi: values that AWS reports differently from the state. */
function drifted(inputs: Properties, outputs: Properties, live: Properties): Properties {
  const changed = Object.keys(inputs).filter((key) => live[key] !== undefined && !equal(live[key], outputs[key]));
  const seen = { ...inputs, ...Object.fromEntries(changed.map((key) => [key, live[key]])) };
  // Tags are included even if the program sets none, so that an update removes them
  return equal(live.tags ?? {}, outputs.tags ?? {}) || live.tags === undefined ? seen : { ...seen, tags: live.tags };
}
