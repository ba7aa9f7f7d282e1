import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { revealAll } from "../providers/secrets";
import type { Properties } from "../providers/values";
import { fromStruct } from "../providers/wire";

/** A resource as the program declares it. */
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
  /** Set by the program; takes precedence over the provider's diff. */
  readonly deleteBeforeReplace?: boolean;
  /** As JSON; a change of it replaces the resource, unless there was none. */
  readonly replacementTrigger?: string;
  /** Of `customTimeouts`, such as `2h`; those of creations and updates are ignored. */
  readonly deleteTimeout?: string;
  readonly additionalSecretOutputs: string[];
  /** Other URNs that the resource may have in the state. */
  readonly aliases: string[];
  /** Names of the program's functions that are called when an operation fails. */
  readonly errorHooks: string[];
  /** Id of an existing resource to import, which the engine does not support. */
  readonly importId: string;
  /** Whether this is a component that a provider constructs, which the engine does not support. */
  readonly remote: boolean;
}

/** Reads a goal from the SDK's request. */
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
    replacementTrigger: triggerOf(request),
    deleteTimeout: request.getCustomtimeouts()?.getDelete() || undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
    errorHooks: request.getHooks()?.getOnErrorList() ?? [],
    importId: request.getImportid(),
    remote: request.getRemote(),
  };
}

/** The URN in a provider reference, `<urn>::<id>`. The engine does not use the id. */
export function providerUrn(reference: string): string | undefined {
  return reference === "" ? undefined : reference.slice(0, reference.lastIndexOf("::"));
}

function triggerOf(request: RegisterResourceRequest): string | undefined {
  const value = request.getReplacementTrigger()?.toJavaScript() ?? undefined;
  return value === undefined ? undefined : JSON.stringify(revealAll({ value }));
}
