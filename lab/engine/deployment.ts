import { randomUUID } from "node:crypto";
import type { Provider } from "../providers/provider";
import { markLike, markOutputs, revealAll, secret } from "../providers/secrets";
import { changedKeys, type Properties, UNKNOWN } from "../providers/values";
import { Deletions } from "./deletions";
import { ErrorHooks } from "./error-hooks";
import type { OperationName } from "./events";
import type { Goal } from "./goal";
import { keepIgnored, touches } from "./property-path";
import { isProviderType } from "./provider-pool";
import type { Run } from "./run";
import type { Pending, Resource } from "./state";
import { makeUrn, nameOf } from "./urn";

/** A resource after the provider's check of its inputs. */
interface Checked {
  readonly urn: string;
  readonly goal: Goal;
  readonly inputs: Properties;
  readonly provider: Provider;
}

/** Creates, changes or keeps each resource as the program declares it. */
export class Deployment {
  /** Functions of the program to call when an operation fails. */
  readonly hooks = new ErrorHooks();
  private readonly declared = new Map<string, Resource>();
  private readonly deletions: Deletions;

  constructor(private readonly run: Run) {
    this.deletions = new Deletions(run);
  }

  /** The resources that the program declared in this run. */
  resources(): Resource[] {
    return [...this.declared.values()];
  }

  /** Creates, updates, replaces or keeps the resource. @throws if the program is wrong, a policy is violated or a provider fails */
  async register(goal: Goal): Promise<Resource> {
    const urn = makeUrn(this.run.stack, this.run.project, goal.parent, goal.type, goal.name);
    this.refuse(goal, urn);
    const old = this.known(urn, goal.aliases);
    if (!goal.custom || isProviderType(goal.type)) await this.analyze(goal, urn, goal.inputs);
    if (!goal.custom) return this.settle(goal, urn, old);
    if (isProviderType(goal.type)) return this.settle(goal, urn, old, await this.providerOutputs(goal, urn));
    if (!this.isTargeted(urn)) return this.leave(goal, urn, old);
    const provider = await this.run.providers.get(goal.type, goal.provider);
    const checked = await this.check({ urn, goal, provider, inputs: goal.inputs }, old);
    await this.analyze(goal, urn, checked.inputs);
    if (old === undefined || old.external)
      return this.create(checked, this.deletions.madeRoom(urn) ? "replace" : "create");
    return this.change(checked, old);
  }

  /** Reads a resource that is managed elsewhere. @throws if it does not exist */
  async read(goal: Goal, id: string): Promise<Resource> {
    const urn = makeUrn(this.run.stack, this.run.project, goal.parent, goal.type, goal.name);
    // In a preview, the id may come from a resource that does not exist yet; then there is nothing to read.
    if (id === UNKNOWN) return this.keep({ ...this.bare(goal, urn), id, external: true }, this.run.state.find(urn));
    const provider = await this.run.providers.get(goal.type, goal.provider);
    const request = {
      urn,
      type: goal.type,
      id,
      inputs: revealAll(goal.inputs),
      outputs: revealAll(goal.inputs),
      log: this.log(urn),
    };
    const reading = await provider.read(request);
    if (reading === undefined)
      throw new Error(`'${goal.type}' with id '${id}' does not exist; correct the id given to get()`);
    const old = this.run.state.find(urn);
    return this.keep({ ...this.bare(goal, urn), id: reading.id, outputs: reading.outputs, external: true }, old);
  }

  /** Saves the outputs of a component or of the stack. */
  registerOutputs(urn: string, outputs: Properties): void {
    const resource = this.declared.get(urn);
    if (resource === undefined) throw new Error(`outputs came for '${urn}', which was not declared`);
    this.keep({ ...resource, outputs }, this.run.state.find(urn));
  }

  /** Deletes resources that the program no longer declares, and those that were replaced. */
  async finish(): Promise<void> {
    const isOver = (one: Resource) => one.pendingDelete || !this.declared.has(one.urn);
    await this.deletions.remove(this.run.state.all().filter((one) => isOver(one) && this.isTargeted(one.urn)));
  }

  private isTargeted(urn: string): boolean {
    return this.run.targets.length === 0 || this.run.targets.includes(urn);
  }

  /**
   * A resource that is not targeted keeps its whole state including its inputs: pulumi's pkg/resource/deploy/step_generator.go generates a
   * "same" step from the old state. A resource that does not exist yet is an error here; the CLI skips it and everything that depends on it.
   */
  private leave(goal: Goal, urn: string, old: Resource | undefined): Resource {
    if (old === undefined) throw new Error(`'${nameOf(urn)}' is not there yet and no target; target it too`);
    this.tell("same", goal, urn);
    return this.keep(old, old);
  }

  private async analyze(goal: Goal, urn: string, inputs: Properties): Promise<void> {
    for (const analyzer of this.run.analyzers) await analyzer.analyze(goal, urn, inputs);
  }

  private refuse({ importId, remote, type }: Goal, urn: string): void {
    if (this.declared.has(urn)) throw new Error(`'${urn}' is declared twice; give one of them another name`);
    if (importId)
      throw new Error(
        `'${nameOf(urn)}' asks to import '${importId}', which the lab's engine does not do; use the Pulumi CLI`,
      );
    if (remote)
      throw new Error(
        `'${type}' is a component of a provider, which the lab's engine does not run; use the Pulumi CLI`,
      );
  }

  private known(urn: string, aliases: string[]): Resource | undefined {
    const found = [urn, ...aliases].map((one) => this.run.state.find(one)).find((one) => one !== undefined);
    if (found === undefined || found.urn === urn) return found;
    const renamed = { ...found, urn };
    this.run.state.put(renamed, found);
    return renamed;
  }

  /** Saves a resource that no provider of the lab manages: a component, or a provider itself. */
  private settle(goal: Goal, urn: string, old: Resource | undefined, outputs?: Properties): Resource {
    const operation =
      old === undefined ? "create" : changedKeys(old.inputs, goal.inputs).length > 0 ? "update" : "same";
    this.tell(operation, goal, urn);
    const id = goal.custom ? (old?.id ?? (this.run.preview ? UNKNOWN : randomUUID())) : "";
    return this.keep({ ...this.bare(goal, urn), id, outputs: outputs ?? goal.inputs }, old);
  }

  private async providerOutputs(goal: Goal, urn: string): Promise<Properties> {
    await this.run.providers.declare(urn, goal.type, goal.inputs);
    return goal.inputs;
  }

  private async check(wanted: Checked, old: Resource | undefined): Promise<Checked> {
    const { urn, goal, provider } = wanted;
    const inputs = old === undefined ? goal.inputs : keepIgnored(goal.inputs, old.inputs, goal.ignoreChanges);
    const oldInputs = old === undefined ? undefined : revealAll(old.inputs);
    const checked = await provider.check({
      urn,
      type: goal.type,
      oldInputs,
      inputs: revealAll(inputs),
      log: this.log(urn),
    });
    if (checked.failures.length > 0) {
      throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    return { ...wanted, inputs: markLike(checked.inputs, inputs) };
  }

  private async change(checked: Checked, old: Resource): Promise<Resource> {
    const { goal, urn, provider } = checked;
    const diff = await provider.diff(this.step(checked, old));
    const forced = diff.changed.filter((key) => touches(goal.replaceOnChanges, key));
    if (diff.replaces.length + forced.length > 0 || isTriggered(goal, old)) {
      return this.replace(checked, old, goal.deleteBeforeReplace ?? diff.deleteBeforeReplace);
    }
    if (diff.changed.length > 0) return this.update(checked, old);
    this.tell("same", goal, urn);
    return this.keep({ ...this.bare(goal, urn), id: old.id, inputs: checked.inputs, outputs: old.outputs }, old);
  }

  private async create(checked: Checked, operation: "create" | "replace"): Promise<Resource> {
    const { goal, urn, provider, inputs } = checked;
    const { preview, state } = this.run;
    this.tell(operation, goal, urn);
    const pending = { operation: "create" as const, urn };
    const request = { urn, type: goal.type, inputs: revealAll(inputs), preview, log: this.log(urn) };
    const made = await this.attempt(checked, pending, () => provider.create(request));
    const outputs = this.marked(checked, made.outputs);
    const resource = { ...this.bare(goal, urn), id: preview ? UNKNOWN : made.id, inputs, outputs };
    return this.keep(resource, state.find(urn)?.external ? state.find(urn) : undefined, pending);
  }

  private async update(checked: Checked, old: Resource): Promise<Resource> {
    const { goal, urn, provider, inputs } = checked;
    this.tell("update", goal, urn);
    const pending = { operation: "update" as const, urn };
    const request = { ...this.step(checked, old), preview: this.run.preview };
    const outputs = await this.attempt(checked, pending, () => provider.update(request));
    const resource = { ...this.bare(goal, urn), id: old.id, inputs, outputs: this.marked(checked, outputs) };
    return this.keep(resource, old, pending);
  }

  /** Creates the replacement first and deletes the old resource at the end of the run, unless both cannot exist at the same time. */
  private async replace(checked: Checked, old: Resource, deleteFirst: boolean): Promise<Resource> {
    if (old.protect) {
      throw new Error(
        `'${nameOf(old.urn)}' is protected and would be replaced; set 'protect' to false and run up first`,
      );
    }
    // A replacement gets its own generated names, so it is checked as if there were no old resource.
    // It does not keep ignored properties either: pulumi's step_generator.go checks the goal's own properties for a replacement.
    const fresh = await this.check({ ...checked, inputs: checked.goal.inputs }, undefined);
    if (deleteFirst) await this.deletions.makeRoom(old);
    else this.run.state.put({ ...old, pendingDelete: true }, old);
    return this.create(fresh, "replace");
  }

  private step({ urn, goal, inputs }: Checked, old: Resource) {
    const past = { oldInputs: revealAll(old.inputs), oldOutputs: revealAll(old.outputs) };
    return { urn, type: goal.type, id: old.id, ...past, inputs: revealAll(inputs), log: this.log(urn) };
  }

  private marked({ inputs, provider, goal }: Checked, outputs: Properties): Properties {
    const marked = markOutputs(outputs, inputs, provider.spreadsSecrets);
    const named = goal.additionalSecretOutputs.filter((key) => marked[key] !== undefined);
    return { ...marked, ...Object.fromEntries(named.map((key) => [key, secret(marked[key])])) };
  }

  private async attempt<Answer>(
    { urn, goal, inputs }: Checked,
    pending: Pending & { operation: "create" | "update" },
    act: () => Promise<Answer>,
  ): Promise<Answer> {
    const { type, name, errorHooks: hooks } = goal;
    this.run.state.begin(pending);
    try {
      return await this.hooks.guard({ urn, type, name, hooks, inputs, operation: pending.operation }, act);
    } catch (error) {
      this.run.state.abandon(pending);
      throw error;
    }
  }

  private keep(resource: Resource, old: Resource | undefined, pending?: Pending): Resource {
    this.run.state.put(resource, old, pending);
    this.declared.set(resource.urn, resource);
    return resource;
  }

  private bare(goal: Goal, urn: string): Resource {
    const { type, custom, inputs, parent, dependencies, propertyDependencies, provider } = goal;
    const { protect, retainOnDelete, replacementTrigger, deleteTimeout } = goal;
    const wanted = {
      type,
      custom,
      inputs,
      parent,
      dependencies,
      propertyDependencies,
      provider,
      protect,
      retainOnDelete,
      replacementTrigger,
      deleteTimeout,
    };
    return { ...wanted, urn, id: "", outputs: {}, external: false, pendingDelete: false };
  }

  private tell(op: OperationName, { type, name }: Goal, urn: string): void {
    this.run.emit({ event: "operation", op, type, name, urn });
  }

  private log(urn: string) {
    return (message: string, severity: "info" | "warning" | "error" = "info") => {
      this.run.emit({ event: "diagnostic", severity, message, urn });
    };
  }
}

/** As shouldTriggerReplace in pulumi's step_generator.go: what is unknown counts as changed, and none was no trigger. */
function isTriggered({ replacementTrigger: wanted }: Goal, { replacementTrigger: had }: Resource): boolean {
  return wanted !== undefined && had !== undefined && (wanted !== had || wanted.includes(UNKNOWN));
}
