import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../providers/values";
import { fromStruct } from "../providers/wire";

/** What the program wants of one resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Properties;
  readonly parent?: string;
  readonly dependencies: string[];
  readonly propertyDependencies: Record<string, string[]>;
  readonly provider?: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: string[];
  readonly replaceOnChanges: string[];
  /** The program's own word, which overrules the provider's. */
  readonly deleteBeforeReplace?: boolean;
  readonly additionalSecretOutputs: string[];
  /** Other URNs under which the resource may be known. */
  readonly aliases: string[];
  /** Names of the program's functions that are told when an operation fails. */
  readonly errorHooks: string[];
  /** Id of a resource to adopt; the engine does not do that. */
  readonly importId: string;
  /** A component made by a provider; the engine has none. */
  readonly remote: boolean;
}

/** Reads a goal from the SDK's request. Custom time-outs are not read: the lab's providers have limits of their own. */
export function goalOf(request: RegisterResourceRequest): Goal {
  const dependencies = request.getPropertydependenciesMap().entries() as Iterable<
    [string, { getUrnsList(): string[] }]
  >;
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs: fromStruct(request.getObject()),
    parent: request.getParent() || undefined,
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries([...dependencies].map(([key, value]) => [key, value.getUrnsList()])),
    provider: providerUrn(request.getProvider()),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
    errorHooks: request.getHooks()?.getOnErrorList() ?? [],
    importId: request.getImportid(),
    remote: request.getRemote(),
  };
}

/** A provider reference is `<urn>::<id>`; the engine goes by the URN. */
export function providerUrn(reference: string): string | undefined {
  return reference === "" ? undefined : reference.slice(0, reference.lastIndexOf("::"));
}
