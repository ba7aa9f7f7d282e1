import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Log, Provider } from "./provider";
import { markOutputs, revealAll } from "./secrets";
import type { Properties } from "./values";
import { CHANNEL_OPTIONS, fromStruct, listen, toStruct, unary } from "./wire";

type Handlers = grpc.UntypedServiceImplementation;

/**
 * Serves a provider as a plugin of the Pulumi CLI, with gRPC on a free loopback port that is printed on stdout. The SDK's own
 * `pulumi.provider.main` supports neither previews nor secrets nor `invoke` with unknown values.
 *
 * @param engineAddress address for log messages, which the CLI passes as the plugin's first argument
 */
export async function servePlugin(provider: Provider, engineAddress: string | undefined): Promise<void> {
  const logs = engineLog(engineAddress);
  const server = new grpc.Server(CHANNEL_OPTIONS);
  server.addService(ResourceProviderService, {
    ...configuration(provider),
    ...foretelling(provider, logs),
    ...doing(provider, logs),
    ...asking(provider, logs),
  });
  process.stdout.write(`${await listen(server)}\n`);
}

/** Logs to the CLI's display, or to stderr if there is no engine. */
function engineLog(address: string | undefined): (urn: string) => Log {
  const engine = address ? new EngineClient(address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS) : undefined;
  const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING, error: LogSeverity.ERROR };
  return (urn) =>
    (line, severity = "info", status = false) => {
      if (engine === undefined) return void process.stderr.write(`${line}\n`);
      const request = new LogRequest();
      request.setSeverity(severities[severity]);
      request.setMessage(line);
      request.setUrn(urn);
      request.setEphemeral(status);
      engine.log(request, (error) => {
        if (error) process.stderr.write(`${line}\n`);
      });
    };
}

function configuration(provider: Provider): Handlers {
  return {
    configure: unary<messages.ConfigureRequest, messages.ConfigureResponse>(async (request) => {
      await provider.configure(revealAll(fromStruct(request.getArgs())));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    checkConfig: unary<messages.CheckRequest, messages.CheckResponse>((request) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    getPluginInfo: unary<Empty, PluginInfo>(() => {
      const response = new PluginInfo();
      response.setVersion(provider.version);
      return response;
    }),
    cancel: unary<Empty, Empty>(() => new Empty()),
  };
}

function foretelling(provider: Provider, logs: (urn: string) => Log): Handlers {
  return {
    check: unary<messages.CheckRequest, messages.CheckResponse>(async (request) => {
      const news = fromStruct(request.getNews());
      const olds = request.getOlds();
      const oldInputs = olds === undefined ? undefined : revealAll(fromStruct(olds));
      const checked = await provider.check({ ...target(request, logs), oldInputs, inputs: revealAll(news) });
      const response = new messages.CheckResponse();
      response.setInputs(toStruct(markOutputs(checked.inputs, news, false)));
      response.setFailuresList(checked.failures.map(failure));
      return response;
    }),
    diff: unary<messages.DiffRequest, messages.DiffResponse>(async (request) => {
      const diff = await provider.diff({ ...target(request, logs), ...change(request) });
      const response = new messages.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      response.setChanges(diff.changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(diff.changed);
      response.setReplacesList(diff.replaces);
      response.setDeletebeforereplace(diff.deleteBeforeReplace);
      return response;
    }),
  };
}

function doing(provider: Provider, logs: (urn: string) => Log): Handlers {
  return {
    create: unary<messages.CreateRequest, messages.CreateResponse>(async (request) => {
      const inputs = fromStruct(request.getProperties());
      const preview = request.getPreview();
      const made = await provider.create({ ...target(request, logs), inputs: revealAll(inputs), preview });
      const response = new messages.CreateResponse();
      response.setId(preview ? "" : made.id);
      response.setProperties(toStruct(markOutputs(made.outputs, inputs, provider.spreadsSecrets)));
      return response;
    }),
    update: unary<messages.UpdateRequest, messages.UpdateResponse>(async (request) => {
      const preview = request.getPreview();
      const outputs = await provider.update({ ...target(request, logs), ...change(request), preview });
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(markOutputs(outputs, fromStruct(request.getNews()), provider.spreadsSecrets)));
      return response;
    }),
    delete: unary<messages.DeleteRequest, Empty>(async (request) => {
      const inputs = revealAll(fromStruct(request.getOldInputs()));
      const outputs = revealAll(fromStruct(request.getProperties()));
      // The CLI sends 0 for none
      const timeoutSeconds = request.getTimeout() || undefined;
      await provider.delete({ ...target(request, logs), id: request.getId(), inputs, outputs, timeoutSeconds });
      return new Empty();
    }),
  };
}

function asking(provider: Provider, logs: (urn: string) => Log): Handlers {
  return {
    read: unary<messages.ReadRequest, messages.ReadResponse>(async (request) => {
      const marked = { inputs: fromStruct(request.getInputs()), outputs: fromStruct(request.getProperties()) };
      const known = { inputs: revealAll(marked.inputs), outputs: revealAll(marked.outputs) };
      const reading = await provider.read({ ...target(request, logs), id: request.getId(), ...known });
      const response = new messages.ReadResponse();
      if (reading === undefined) return response;
      response.setId(reading.id);
      response.setInputs(toStruct(markOutputs(reading.inputs, marked.inputs, false)));
      response.setProperties(toStruct(markOutputs(reading.outputs, marked.outputs, false)));
      return response;
    }),
    invoke: unary<messages.InvokeRequest, messages.InvokeResponse>(async (request) => {
      const result = await provider.invoke(request.getTok(), revealAll(fromStruct(request.getArgs())));
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(result));
      return response;
    }),
  };
}

function target(request: { getUrn(): string; getType(): string }, logs: (urn: string) => Log) {
  const urn = request.getUrn();
  return { urn, type: request.getType(), log: logs(urn) };
}

function change(request: messages.DiffRequest | messages.UpdateRequest) {
  const revealed = (struct: Parameters<typeof fromStruct>[0]): Properties => revealAll(fromStruct(struct));
  return {
    id: request.getId(),
    oldInputs: revealed(request.getOldInputs()),
    oldOutputs: revealed(request.getOlds()),
    inputs: revealed(request.getNews()),
  };
}

function failure({ property, reason }: { property: string; reason: string }): messages.CheckFailure {
  const message = new messages.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}
