import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { planned } from "../../lab/providers/aws/computed";
import type { Properties } from "../../lab/providers/values";
import { builtPack } from "./built-pack";
import type { TestResource } from "./stack";

/** One finding of a rule, as the CLI receives it. */
export interface Report {
  readonly rule: string;
  readonly level: string;
  readonly urn: string;
  readonly message: string;
}

/** A rule's settings in a team's policy configuration. */
export type Configuration = Readonly<Record<string, { readonly level?: string; readonly [key: string]: unknown }>>;

const LEVELS = messages.EnforcementLevel;
const nameOfLevel = (level: number) =>
  Object.entries(LEVELS)
    .find(([, value]) => value === level)?.[0]
    .toLowerCase() ?? String(level);

/** The policy pack in a separate process, started and called as the CLI does it. */
export class Pack {
  /** Results for a stack, by the list itself. They are not cached for single resources, since rules use what they saw before a stack. */
  private heard = new WeakMap<object, Promise<Report[]>>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(folder = builtPack(), environment: NodeJS.ProcessEnv = {}): Promise<Pack> {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const { AWS_ACCESS_KEY_ID: _, AWS_PROFILE: __, NODE_OPTIONS: ___, ...inherited } = process.env;
    const child = spawn(process.execPath, [runner, "127.0.0.1:0", "."], {
      cwd: folder,
      env: {
        ...inherited,
        AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        ...environment,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<string>((found, failed) => {
      createInterface({ input: child.stdout }).once("line", found);
      child.once("exit", (code) => failed(new Error(`the pack ended with ${code} before it told its port`)));
    });
    return new Pack(child, new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), LIMITS));
  }

  /** Sets levels and settings; rules that are not named return to their defaults. */
  async configure(configuration: Configuration): Promise<void> {
    const request = new messages.ConfigureAnalyzerRequest();
    this.heard = new WeakMap();
    const own = await this.ownLevels();
    for (const [rule, standard] of own) {
      const { level, ...settings } = configuration[rule] ?? {};
      const config = new messages.PolicyConfig();
      const wanted = level === undefined ? standard : LEVELS[level.toUpperCase() as keyof typeof LEVELS];
      config.setEnforcementlevel(wanted);
      config.setProperties(Struct.fromJavaScript(settings as Record<string, JavaScriptValue>));
      request.getPolicyconfigMap().set(rule, config);
    }
    await ask<Empty>((done) => this.client.configure(request, done));
  }

  /** Sends each resource alone, then all together, as at the end of a preview. */
  judge(resources: readonly TestResource[]): Promise<Report[]> {
    const answer = this.heard.get(resources) ?? this.judgeAnew(resources);
    this.heard.set(resources, answer);
    return answer;
  }

  private async judgeAnew(resources: readonly TestResource[]): Promise<Report[]> {
    const own = await Promise.all(resources.map((resource) => this.analyze(resource)));
    return [...own.flat(), ...(await this.analyzeStack(resources))];
  }

  async analyze(resource: TestResource): Promise<Report[]> {
    const request = new messages.AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(resource.urn);
    request.setProperties(Struct.fromJavaScript(resource.props as Record<string, JavaScriptValue>));
    request.setOptions(new messages.AnalyzerResourceOptions());
    return reports(await ask<messages.AnalyzeResponse>((done) => this.client.analyze(request, done)), resource.urn);
  }

  async analyzeStack(resources: readonly TestResource[]): Promise<Report[]> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(resources.map(toMessage));
    return reports(await ask<messages.AnalyzeResponse>((done) => this.client.analyzeStack(request, done)), "");
  }

  /** Returns the resource after the pack's remediations. */
  async remediate(resource: TestResource): Promise<Record<string, unknown> | undefined> {
    const request = new messages.AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(resource.urn);
    request.setProperties(Struct.fromJavaScript(resource.props as Record<string, JavaScriptValue>));
    request.setOptions(new messages.AnalyzerResourceOptions());
    const answer = await ask<messages.RemediateResponse>((done) => this.client.remediate(request, done));
    return answer.getRemediationsList().at(-1)?.getProperties()?.toJavaScript();
  }

  /** Peak memory of the pack's process, in MiB. */
  peakMebibytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  /** Number of rules that are not disabled. */
  async countRules(): Promise<number> {
    return (await this.ownLevels()).filter(([, level]) => level !== LEVELS.DISABLED).length;
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  private async ownLevels(): Promise<[string, messages.EnforcementLevel][]> {
    const info = await ask<messages.AnalyzerInfo>((done) => this.client.getAnalyzerInfo(new Empty(), done));
    return info.getPoliciesList().map((policy) => [policy.getName(), policy.getEnforcementlevel()]);
  }
}

const LIMITS = { "grpc.max_receive_message_length": 2 ** 28, "grpc.max_send_message_length": 2 ** 28 };

function ask<Answer>(send: (done: (error: grpc.ServiceError | null, answer: Answer) => void) => unknown) {
  return new Promise<Answer>((found, failed) => {
    send((error, answer) => (error ? failed(new Error(error.details)) : found(answer)));
  });
}

function reports(answer: messages.AnalyzeResponse, urn: string): Report[] {
  return answer.getDiagnosticsList().map((found) => ({
    rule: found.getPolicyname(),
    level: nameOfLevel(found.getEnforcementlevel()),
    urn: found.getUrn() || urn,
    message: found.getMessage(),
  }));
}

function toMessage(resource: TestResource): messages.AnalyzerResource {
  const message = new messages.AnalyzerResource();
  message.setType(resource.type);
  message.setName(resource.name);
  message.setUrn(resource.urn);
  message.setParent(resource.parent ?? "");
  const outputs = resource.outputs ?? planned(resource.type, resource.props as Properties);
  message.setProperties(Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>));
  message.setOptions(new messages.AnalyzerResourceOptions());
  message.setDependenciesList([...resource.dependencies]);
  for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new messages.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(key, dependencies);
  }
  if (resource.region) message.setProvider(provider(resource.region));
  return message;
}

function provider(region: string): messages.AnalyzerProviderResource {
  const message = new messages.AnalyzerProviderResource();
  message.setType("pulumi:providers:aws");
  message.setName("default");
  message.setUrn("urn:pulumi:test::fleet::pulumi:providers:aws::default");
  message.setProperties(Struct.fromJavaScript({ region }));
  return message;
}
