import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  type LogRequest,
  LogSeverity,
  type SetRootResourceRequest,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { revealAll } from "../providers/secrets";
import { UNKNOWN } from "../providers/values";
import { CHANNEL_OPTIONS, fromStruct, listen, toStruct, unary } from "../providers/wire";
import type { Deployment } from "./deployment";
import { goalOf, providerUrn } from "./goal";
import type { Run } from "./run";

/** Optional features of the resource monitor that the engine supports. Without the others the SDK uses a fallback or fails. */
const FEATURES = ["secrets", "errorHooks"];

/** A running resource monitor, which the program's SDK connects to. */
export interface Monitor {
  readonly address: string;
  /** The first operation that failed, if any. */
  failure(): Error | undefined;
  /** Resolves when no operation is in progress. */
  idle(): Promise<void>;
  stop(): void;
}

/** Serves the two interfaces that a Pulumi program uses: the resource monitor and the engine's log. */
export async function serveMonitor(run: Run, deployment: Deployment): Promise<Monitor> {
  const underWay = new Set<Promise<unknown>>();
  let failure: Error | undefined;
  const operation = <Request, Response>(answer: (request: Request) => Promise<Response>) =>
    unary<Request, Response>(async (request) => {
      if (failure !== undefined) throw over(failure);
      const work = answer(request);
      const settled = work.catch(() => undefined);
      underWay.add(settled);
      try {
        return await work;
      } catch (error) {
        failure ??= error as Error;
        throw over(error as Error);
      } finally {
        underWay.delete(settled);
      }
    });
  const server = new grpc.Server(CHANNEL_OPTIONS);
  server.addService(EngineService, engineCalls(run));
  server.addService(ResourceMonitorService, {
    registerResource: operation((request: messages.RegisterResourceRequest) => register(run, deployment, request)),
    readResource: operation((request: messages.ReadResourceRequest) => read(run, deployment, request)),
    registerResourceOutputs: operation(async (request: messages.RegisterResourceOutputsRequest) => {
      deployment.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    }),
    invoke: unary((request: messages.ResourceInvokeRequest) => invoke(run, request)),
    supportsFeature: unary((request: messages.SupportsFeatureRequest) => {
      const response = new messages.SupportsFeatureResponse();
      response.setHassupport(FEATURES.includes(request.getId()));
      return response;
    }),
    registerErrorHook: unary((request: messages.RegisterErrorHookRequest) => {
      deployment.hooks.register(request.getName(), request.getCallback());
      return new Empty();
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  });
  const address = `127.0.0.1:${await listen(server)}`;
  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const stop = () => {
    deployment.hooks.stop();
    server.forceShutdown();
  };
  return { address, failure: () => failure, idle, stop };
}

/** An error with status UNAVAILABLE, at which the SDK ends the program without printing anything. The engine reports the failure. */
function over(failure: Error): Error {
  return Object.assign(new Error(failure.message), { code: grpc.status.UNAVAILABLE });
}

async function register(run: Run, deployment: Deployment, request: messages.RegisterResourceRequest) {
  const goal = goalOf(request);
  const resource = await told(run, goal.name, goal.type, () => deployment.register(goal));
  const response = new messages.RegisterResourceResponse();
  response.setUrn(resource.urn);
  response.setId(resource.id === UNKNOWN ? "" : resource.id);
  response.setObject(toStruct(goal.custom ? resource.outputs : goal.inputs));
  return response;
}

async function read(run: Run, deployment: Deployment, request: messages.ReadResourceRequest) {
  const goal = {
    type: request.getType(),
    name: request.getName(),
    custom: true,
    inputs: fromStruct(request.getProperties()),
    parent: request.getParent() || undefined,
    dependencies: request.getDependenciesList(),
    propertyDependencies: {},
    provider: providerUrn(request.getProvider()),
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [],
    errorHooks: [],
    importId: "",
    remote: false,
  };
  const resource = await told(run, goal.name, goal.type, () => deployment.read(goal, request.getId()));
  const response = new messages.ReadResourceResponse();
  response.setUrn(resource.urn);
  response.setProperties(toStruct(resource.outputs));
  return response;
}

/** A failed function does not stop the run, because the program may catch the error and continue. */
async function invoke(run: Run, request: messages.ResourceInvokeRequest) {
  const provider = await run.providers.get(request.getTok(), providerUrn(request.getProvider()));
  const response = new InvokeResponse();
  response.setReturn(toStruct(await provider.invoke(request.getTok(), revealAll(fromStruct(request.getArgs())))));
  return response;
}

async function told<Answer>(run: Run, name: string, type: string, act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    const message = `'${name}' (${type}): ${(error as Error).message}`;
    run.emit({ event: "diagnostic", severity: "error", message });
    throw error;
  }
}

function engineCalls(run: Run): grpc.UntypedServiceImplementation {
  let root = "";
  return {
    log: unary((request: LogRequest) => {
      const severity = severityOf(request.getSeverity());
      const message = request.getMessage();
      if (severity !== undefined)
        run.emit({ event: "diagnostic", severity, message, urn: request.getUrn() || undefined });
      return new Empty();
    }),
    setRootResource: unary((request: SetRootResourceRequest) => {
      root = request.getUrn();
      return new SetRootResourceResponse();
    }),
    getRootResource: unary(() => {
      const response = new GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
  };
}

function severityOf(severity: LogSeverity): "info" | "warning" | "error" | undefined {
  if (severity === LogSeverity.DEBUG) return undefined;
  if (severity === LogSeverity.WARNING) return "warning";
  return severity === LogSeverity.ERROR ? "error" : "info";
}
