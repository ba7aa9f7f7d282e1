import { seconds } from "../providers/duration";
import { revealAll } from "../providers/secrets";
import { type Properties, UNKNOWN } from "../providers/values";
import { dependants, foundations } from "./dependants";
import { isProviderType } from "./provider-pool";
import type { Run } from "./run";
import type { Pending, Resource } from "./state";
import { nameOf } from "./urn";

/** Deletes resources, dependents before their dependencies. */
export class Deletions {
  /** URNs of resources that were deleted before their replacement. The `replace` operation reports both. */
  private readonly replaced = new Set<string>();

  constructor(private readonly run: Run) {}

  /** Deletes these resources, in parallel where their dependencies allow it. @throws if one is protected or a provider fails */
  async remove(doomed: readonly Resource[]): Promise<void> {
    const guarded = doomed.filter((resource) => resource.protect && !resource.pendingDelete);
    if (guarded.length > 0) {
      const names = guarded.map((resource) => `'${nameOf(resource.urn)}'`).join(", ");
      throw new Error(`${names} is protected and would be deleted; set 'protect' to false and run up first`);
    }
    let left = [...doomed];
    while (left.length > 0) {
      const needed = new Set(left.flatMap(foundations));
      const free = left.filter((resource) => !needed.has(resource.urn));
      const results = await Promise.allSettled(
        (free.length > 0 ? free : left).map((resource) => this.delete(resource)),
      );
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      left = left.filter((resource) => free.length > 0 && !free.includes(resource));
    }
  }

  /** Whether the resource with this URN was deleted before its replacement, so that its creation completes the replacement. */
  madeRoom(urn: string): boolean {
    return this.replaced.has(urn);
  }

  /** Deletes a resource before its replacement is created, after the dependents that must be replaced with it. */
  async makeRoom(old: Resource): Promise<void> {
    const doomed = [old];
    for (const resource of dependants(this.run.state.all(), old.urn)) {
      if (resource.custom && !resource.external && (await this.mustFollow(resource, doomed))) doomed.push(resource);
    }
    for (const resource of doomed) this.replaced.add(resource.urn);
    for (const resource of doomed.reverse()) await this.delete(resource);
  }

  /** Whether the resource must be replaced too, since inputs that come from the resources to be deleted will change. */
  private async mustFollow(resource: Resource, doomed: Resource[]): Promise<boolean> {
    if (isProviderType(resource.type) || resource.pendingDelete) return false;
    const gone = new Set(doomed.map((one) => one.urn));
    const touched = Object.entries(resource.propertyDependencies).filter(([, urns]) =>
      urns.some((urn) => gone.has(urn)),
    );
    if (touched.length === 0) return false;
    const oldInputs = revealAll(resource.inputs);
    const inputs: Properties = { ...oldInputs, ...Object.fromEntries(touched.map(([key]) => [key, UNKNOWN])) };
    const provider = await this.run.providers.get(resource.type, resource.provider);
    const diff = await provider.diff({
      ...this.target(resource),
      oldInputs,
      oldOutputs: revealAll(resource.outputs),
      inputs,
    });
    return diff.replaces.length > 0;
  }

  private async delete(resource: Resource): Promise<void> {
    const { state, preview } = this.run;
    if (resource.external) return state.remove(resource);
    if (!resource.pendingDelete && !this.replaced.has(resource.urn)) {
      const { type, urn } = resource;
      this.run.emit({ event: "operation", op: "delete", type, name: nameOf(urn), urn });
    }
    if (preview || !resource.custom || isProviderType(resource.type) || resource.retainOnDelete) {
      return state.remove(resource);
    }
    const pending = { operation: "delete", urn: resource.urn } satisfies Pending;
    state.begin(pending);
    try {
      const provider = await this.run.providers.get(resource.type, resource.provider);
      const known = { inputs: revealAll(resource.inputs), outputs: revealAll(resource.outputs) };
      const timeoutSeconds = resource.deleteTimeout ? seconds(resource.deleteTimeout) : undefined;
      await provider.delete({ ...this.target(resource), ...known, timeoutSeconds });
    } catch (error) {
      state.abandon(pending);
      throw new Error(`deleting '${nameOf(resource.urn)}' (${resource.type}): ${(error as Error).message}`, {
        cause: error,
      });
    }
    state.remove(resource, pending);
  }

  private target({ urn, type, id }: Resource) {
    const log = (message: string) => this.run.emit({ event: "diagnostic", severity: "info", message, urn });
    return { urn, type, id, log };
  }
}
