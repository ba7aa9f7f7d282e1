import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { companion } from "../providers/companion";
import type { Properties } from "../providers/values";
import { CHANNEL_OPTIONS, toStruct } from "../providers/wire";
import type { Emit } from "./events";
import type { Goal } from "./goal";
import { type Configuration, checkPolicyProject } from "./project";
import { isProviderType } from "./provider-pool";
import type { Resource } from "./state";
import { nameOf } from "./urn";

/** Information about the run for a policy pack. */
export interface Watched {
  readonly stack: string;
  readonly project: string;
  readonly preview: boolean;
  readonly configuration: Configuration;
  readonly emit: Emit;
}

/** A running policy pack: a separate process that is called through Pulumi's analyzer gRPC interface. */
export class Analyzer {
  /** Number of violations of mandatory rules so far. */
  mandatory = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
    private readonly watched: Watched,
  ) {}

  /**
   * Starts the policy pack in this folder with the SDK's runner for policy packs.
   *
   * @throws if it does not start, or if it has a rule that changes resources (remediation), which the engine does not support
   */
  static async start(folder: string, watched: Watched): Promise<Analyzer> {
    const pack = resolve(folder);
    checkPolicyProject(pack);
    const runner = createRequire(join(pack, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = companion(
      spawn(process.execPath, [runner, "127.0.0.1:0", "."], {
        cwd: pack,
        env: environment(watched),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const port = await firstLine(child, pack);
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
    const analyzer = new Analyzer(child, client, watched);
    await analyzer.configure(pack);
    return analyzer;
  }

  /** Analyzes one resource's inputs. @throws if a mandatory rule is violated, unless this is a preview */
  async analyze(goal: Goal, urn: string, inputs: Properties): Promise<void> {
    const request = new messages.AnalyzeRequest();
    request.setType(goal.type);
    request.setName(goal.name);
    request.setUrn(urn);
    request.setProperties(toStruct(visible(inputs)));
    request.setOptions(options(goal));
    const answer = await call<messages.AnalyzeResponse>((done) => this.client.analyze(request, done));
    this.report(answer, urn);
  }

  /** Analyzes the whole stack with the stack rules. @throws as `analyze` does */
  async analyzeStack(resources: readonly Resource[]): Promise<void> {
    const request = new messages.AnalyzeStackRequest();
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const { configuration } = this.watched;
    request.setResourcesList(
      resources.map((resource) => stackResource(resource, providerOf(resource, byUrn, configuration))),
    );
    const answer = await call<messages.AnalyzeResponse>((done) => this.client.analyzeStack(request, done));
    this.report(answer, resources[0]?.urn ?? "");
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  private async configure(pack: string): Promise<void> {
    const info = await call<messages.AnalyzerInfo>((done) => this.client.getAnalyzerInfo(new Empty(), done));
    const changing = info
      .getPoliciesList()
      .find((one) => one.getEnforcementlevel() === messages.EnforcementLevel.REMEDIATE);
    if (changing !== undefined) {
      throw new Error(
        `the rule '${changing.getName()}' of '${pack}' remediates, which the lab's engine does not do; use the Pulumi CLI`,
      );
    }
    const request = new messages.ConfigureAnalyzerRequest();
    const settings = info.getInitialconfigMap().entries() as Iterable<[string, messages.PolicyConfig]>;
    for (const [name, config] of settings) request.getPolicyconfigMap().set(name, config);
    await call<Empty>((done) => this.client.configure(request, done));
  }

  private report(answer: messages.AnalyzeResponse, subject: string): void {
    const stopping: string[] = [];
    for (const found of answer.getDiagnosticsList()) {
      const level = found.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY ? "mandatory" : "advisory";
      const [policy, message, urn] = [found.getPolicyname(), found.getMessage(), found.getUrn() || subject];
      const pack = found.getPolicypackname();
      this.watched.emit({ event: "violation", policy, pack, level, urn, message });
      if (level === "mandatory") stopping.push(policy);
    }
    this.mandatory += stopping.length;
    if (stopping.length > 0 && !this.watched.preview)
      throw new Error(`mandatory policy violated: ${stopping.join(", ")}`);
  }
}

function environment({ stack, project, preview, configuration }: Watched): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  return {
    ...inherited,
    PULUMI_CONFIG: JSON.stringify(configuration),
    PULUMI_NODEJS_ORGANIZATION: "organization",
    PULUMI_NODEJS_PROJECT: project,
    PULUMI_NODEJS_STACK: stack,
    PULUMI_NODEJS_DRY_RUN: String(preview),
  };
}

function firstLine(child: ChildProcess, pack: string): Promise<string> {
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    complaint += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the policy pack '${pack}' did not start:\n${complaint}`)));
    if (child.stdout) createInterface({ input: child.stdout }).once("line", resolve);
  });
}

function call<Response>(send: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown) {
  return new Promise<Response>((resolve, reject) => {
    send((error, response) => (error ? reject(new Error(error.details, { cause: error })) : resolve(response)));
  });
}

/** Pulumi's internal properties (`__…`) are not passed to policies. */
function visible(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}

function options(goal: Pick<Goal, "protect" | "parent"> & Partial<Goal>): messages.AnalyzerResourceOptions {
  const message = new messages.AnalyzerResourceOptions();
  message.setProtect(goal.protect);
  message.setParent(goal.parent ?? "");
  message.setIgnorechangesList(goal.ignoreChanges ?? []);
  message.setAliasesList(goal.aliases ?? []);
  message.setAdditionalsecretoutputsList(goal.additionalSecretOutputs ?? []);
  message.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
  return message;
}

/** The provider of a resource with its inputs as properties: an explicit one, or the default provider of the package. */
function providerOf(
  { type, custom, provider }: Resource,
  byUrn: ReadonlyMap<string, Resource>,
  configuration: Configuration,
): messages.AnalyzerProviderResource | undefined {
  if (!custom || isProviderType(type)) return undefined;
  const stated = provider === undefined ? undefined : byUrn.get(provider);
  const [ofPackage = ""] = type.split(":");
  const message = new messages.AnalyzerProviderResource();
  message.setType(stated?.type ?? `pulumi:providers:${ofPackage}`);
  message.setUrn(stated?.urn ?? "");
  message.setName(stated ? nameOf(stated.urn) : "default");
  message.setProperties(toStruct(visible(stated?.inputs ?? ofConfiguration(ofPackage, configuration))));
  return message;
}

function ofConfiguration(ofPackage: string, configuration: Configuration): Properties {
  const own = Object.entries(configuration).filter(([key]) => key.startsWith(`${ofPackage}:`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(ofPackage.length + 1), value]));
}

function stackResource(
  resource: Resource,
  provider: messages.AnalyzerProviderResource | undefined,
): messages.AnalyzerResource {
  const message = new messages.AnalyzerResource();
  message.setType(resource.type);
  message.setName(nameOf(resource.urn));
  message.setUrn(resource.urn);
  message.setParent(resource.parent ?? "");
  message.setProperties(toStruct(visible(resource.outputs)));
  message.setOptions(options(resource));
  if (provider) message.setProvider(provider);
  message.setDependenciesList(resource.dependencies);
  for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new messages.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(urns);
    message.getPropertydependenciesMap().set(key, dependencies);
  }
  return message;
}
