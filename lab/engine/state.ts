import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Properties } from "../providers/values";
import { openSecrets, type SecretsAtRest } from "./secrets-at-rest";

/** A resource after the last operation on it. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** Whether a provider manages it; false for components. */
  readonly custom: boolean;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly parent?: string;
  /** URNs of the resources that it needs: all of them here, and by property below. */
  readonly dependencies: string[];
  readonly propertyDependencies: Record<string, string[]>;
  /** URN of the explicit provider, if there is one. */
  readonly provider?: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Value whose change replaces the resource, as JSON. */
  readonly replacementTrigger?: string;
  /** Such as `2h`. @default the provider's own limit */
  readonly deleteTimeout?: string;
  /** Only read with `get`; never changed or deleted. */
  readonly external: boolean;
  /** Replaced, and waiting for its deletion. */
  readonly pendingDelete: boolean;
}

/** An operation that has started. If it is still in a state file when a run starts, the earlier run was interrupted. */
export interface Pending {
  readonly operation: "create" | "update" | "delete";
  readonly urn: string;
}

interface StateFile {
  readonly version: 1;
  readonly secrets: SecretsAtRest["header"];
  readonly pending: Pending[];
  readonly resources: Resource[];
}

/** The state of one stack: a JSON file that is replaced atomically after every operation. */
export class State {
  private resources: Resource[] = [];
  /** Resources that are not pending deletion, by URN: a program declares thousands, and each is looked up. */
  private living = new Map<string, Resource>();
  private pending: Pending[] = [];
  private secrets: SecretsAtRest;

  /**
   * @param persistent false for a preview, which writes nothing
   * @throws if the passphrase is missing or wrong
   */
  constructor(
    private readonly file: string,
    passphrase: string | undefined,
    private readonly persistent: boolean,
  ) {
    if (!existsSync(file)) {
      this.secrets = openSecrets(passphrase);
      return;
    }
    const stored = JSON.parse(readFileSync(file, "utf8")) as StateFile;
    this.secrets = openSecrets(passphrase, stored.secrets);
    this.pending = stored.pending;
    for (const resource of stored.resources) this.add(this.converted(resource, this.secrets.unlock));
  }

  /** All resources, in the order of their creation. */
  all(): readonly Resource[] {
    return this.resources;
  }

  /** The resource with this URN that is not pending deletion. */
  find(urn: string): Resource | undefined {
    return this.living.get(urn);
  }

  /** Returns the operations that were in progress when an earlier process died, and removes them from the state. */
  takeInterrupted(): Pending[] {
    const interrupted = this.pending;
    this.pending = [];
    if (interrupted.length > 0) this.save();
    return interrupted;
  }

  begin(pending: Pending): void {
    this.pending.push(pending);
    this.save();
  }

  /** Removes an operation that failed. */
  abandon(pending: Pending): void {
    this.pending = this.pending.filter((one) => one !== pending);
    this.save();
  }

  /** Replaces `old` by the resource, or appends it, and removes the pending operation. */
  put(resource: Resource, old?: Resource, pending?: Pending): void {
    const place = old === undefined ? -1 : this.resources.indexOf(old);
    if (old !== undefined && place >= 0) {
      this.bury(old);
      this.resources[place] = resource;
      if (!resource.pendingDelete) this.living.set(resource.urn, resource);
    } else {
      this.add(resource);
    }
    this.pending = this.pending.filter((one) => one !== pending);
    this.save();
  }

  remove(resource: Resource, pending?: Pending): void {
    this.resources = this.resources.filter((one) => one !== resource);
    this.bury(resource);
    this.pending = this.pending.filter((one) => one !== pending);
    this.save();
  }

  private add(resource: Resource): void {
    this.resources.push(resource);
    if (!resource.pendingDelete) this.living.set(resource.urn, resource);
  }

  /** Removes a resource from the index, unless the URN already belongs to its replacement. */
  private bury(resource: Resource): void {
    if (this.living.get(resource.urn) === resource) this.living.delete(resource.urn);
  }

  private save(): void {
    if (!this.persistent) return;
    const resources = this.resources.map((resource) => this.converted(resource, this.secrets.lock));
    const content: StateFile = { version: 1, secrets: this.secrets.header, pending: this.pending, resources };
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${this.file}.new`, this.file);
  }

  private converted(resource: Resource, convert: (properties: Properties) => Properties): Resource {
    return { ...resource, inputs: convert(resource.inputs), outputs: convert(resource.outputs) };
  }
}
