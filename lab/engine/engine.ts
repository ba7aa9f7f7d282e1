import { join } from "node:path";
import { revealAll } from "../providers/secrets";
import { Analyzer } from "./analyzer";
import type { CommandLine } from "./command-line";
import { Deletions } from "./deletions";
import { Deployment } from "./deployment";
import type { Emit, EngineEvent } from "./events";
import { takeLock } from "./lock";
import { serveMonitor } from "./monitor";
import { runProgram } from "./program";
import { type Configuration, type Project, readConfiguration, readProject } from "./project";
import { isProviderType, ProviderPool } from "./provider-pool";
import type { Run } from "./run";
import { State } from "./state";

/**
 * The lab's engine, a small test double for the Pulumi CLI. It runs the unmodified program and policy packs of a project with the SDK's
 * own runners, passes the resources to the lab's providers, and keeps an encrypted state file.
 */
export class Engine {
  private readonly project: Project;
  private readonly configuration: Configuration;
  private readonly file: string;

  constructor(
    private readonly line: CommandLine,
    private readonly emit: Emit,
    private readonly passphrase: string | undefined,
  ) {
    this.project = readProject(line.cwd);
    this.configuration = readConfiguration(line.configFile, this.project.name, line.config);
    this.file = join(line.stateDir, `${this.project.name}.${line.stack}.json`);
  }

  /** Runs the command. Resolves with whether it succeeded; errors have been emitted as events. */
  async execute(): Promise<boolean> {
    if (this.line.command === "preview") return this.preview(this.emit);
    if (this.line.command === "output") return this.tellOutputs(new State(this.file, this.passphrase, false));
    const unlock = takeLock(`${this.file}.lock`);
    try {
      if (this.line.command === "up") return await this.up();
      const run = this.begin(false, this.emit);
      this.tellInterrupted(run.state);
      return this.line.command === "destroy" ? await this.destroy(run) : await this.refresh(run);
    } finally {
      unlock();
    }
  }

  private begin(preview: boolean, emit: Emit): Run {
    const state = new State(this.file, this.passphrase, !preview);
    const neighbourhood = { stateDir: this.line.stateDir, project: this.project.name, passphrase: this.passphrase };
    const lookUp = (urn: string) => state.find(urn);
    const providers = new ProviderPool(this.project, this.configuration, lookUp, neighbourhood);
    const { stack, targets } = this.line;
    return { stack, targets, project: this.project.name, preview, state, providers, emit, analyzers: [] };
  }

  /** Runs a preview first, as the CLI does, so that a policy violation stops `up` before anything is created. */
  private async up(): Promise<boolean> {
    if (!this.line.skipPreview && !(await this.foresee())) return false;
    const run = this.begin(false, this.emit);
    this.tellInterrupted(run.state);
    return (await this.play(run)) && this.tellOutputs(run.state);
  }

  private async foresee(): Promise<boolean> {
    const findings: EngineEvent[] = [];
    const foreseen = await this.preview((event) => findings.push(event));
    if (!foreseen) for (const finding of findings.filter(isComplaint)) this.emit(finding);
    return foreseen;
  }

  private async preview(emit: Emit): Promise<boolean> {
    return this.play(this.begin(true, emit));
  }

  /** Runs the program once against a deployment, with the policy packs. */
  private async play(bare: Run): Promise<boolean> {
    const watched = { ...bare, configuration: this.configuration };
    const analyzers = await Promise.all(this.line.policyPacks.map((pack) => Analyzer.start(pack, watched)));
    const run: Run = { ...bare, analyzers };
    const deployment = new Deployment(run);
    const monitor = await serveMonitor(run, deployment);
    try {
      const ended = await runProgram(this.project, this.configuration, run, monitor);
      if (!ended || monitor.failure() !== undefined) return false;
      for (const analyzer of analyzers) await analyzer.analyzeStack(deployment.resources());
      if (analyzers.some((analyzer) => analyzer.mandatory > 0)) return false;
      await deployment.finish();
      return true;
    } finally {
      monitor.stop();
      for (const analyzer of analyzers) analyzer.stop();
    }
  }

  private async destroy(run: Run): Promise<boolean> {
    await new Deletions(run).remove(run.state.all());
    return true;
  }

  /** Reads every resource from its provider, and removes from the state those that no longer exist. */
  private async refresh({ state, providers }: Run): Promise<boolean> {
    for (const resource of state.all()) {
      if (!resource.custom || isProviderType(resource.type)) continue;
      const provider = await providers.get(resource.type, resource.provider);
      const { urn, type, id } = resource;
      const known = { inputs: revealAll(resource.inputs), outputs: revealAll(resource.outputs) };
      const reading = await provider.read({ urn, type, id, ...known, log: () => {} });
      if (reading === undefined) state.remove(resource);
      else state.put({ ...resource, ...reading }, resource);
    }
    return true;
  }

  private tellInterrupted(state: State): void {
    for (const { operation, urn } of state.takeInterrupted()) {
      const message = `an earlier run was cut off while it was about to ${operation} '${urn}'; what it made, if anything, is not in the state: look for it`;
      this.emit({ event: "diagnostic", severity: "warning", message, urn });
    }
  }

  private tellOutputs(state: State): boolean {
    const stack = state.all().find((resource) => resource.type === "pulumi:pulumi:Stack");
    this.emit({ event: "outputs", outputs: stack?.outputs ?? {} });
    return true;
  }
}

/** Whether to show this event of a failed preview: only the reasons of the failure, since the planned operations will not happen. */
function isComplaint(event: EngineEvent): boolean {
  return event.event === "violation" || (event.event === "diagnostic" && event.severity === "error");
}
