import * as grpc from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { type Callback, CallbackInvokeRequest, type CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";
import { ErrorHookRequest, ErrorHookResponse } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../providers/values";
import { CHANNEL_OPTIONS, toStruct } from "../providers/wire";

/** As in the Pulumi CLI, a limit for hooks that always request another try. */
const MOST_TRIES = 100;

/** An operation on a resource that may fail. */
export interface Attempt {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly operation: "create" | "update";
  readonly inputs: Properties;
  /** Names of the resource's hooks. */
  readonly hooks: readonly string[];
}

/** Functions of the program that are called after a failure and may request another try. */
export class ErrorHooks {
  private readonly callbacks = new Map<string, Callback>();
  private readonly clients = new Map<string, CallbacksClient>();

  register(name: string, callback: Callback | undefined): void {
    if (callback === undefined) throw new Error(`the error hook '${name}' came without a function`);
    this.callbacks.set(name, callback);
  }

  /** Runs an operation, and repeats it as long as a hook requests it. @throws the error of the last try */
  async guard<Answer>(attempt: Attempt, act: () => Promise<Answer>): Promise<Answer> {
    const errors: string[] = [];
    for (;;) {
      try {
        return await act();
      } catch (error) {
        errors.push((error as Error).message);
        if (errors.length >= MOST_TRIES || !(await this.wantsRetry(attempt, errors))) throw error;
      }
    }
  }

  stop(): void {
    for (const client of this.clients.values()) client.close();
  }

  private async wantsRetry(attempt: Attempt, errors: string[]): Promise<boolean> {
    let retry = false;
    for (const name of attempt.hooks) retry = (await this.ask(name, attempt, errors)) || retry;
    return retry;
  }

  private async ask(name: string, attempt: Attempt, errors: string[]): Promise<boolean> {
    const callback = this.callbacks.get(name);
    if (callback === undefined) throw new Error(`the error hook '${name}' of '${attempt.urn}' was not registered`);
    const request = new ErrorHookRequest();
    request.setUrn(attempt.urn);
    request.setName(attempt.name);
    request.setType(attempt.type);
    request.setNewInputs(toStruct(attempt.inputs));
    request.setFailedOperation(attempt.operation);
    request.setErrorsList([...errors].reverse());
    const answer = ErrorHookResponse.deserializeBinary(await this.invoke(callback, request.serializeBinary()));
    if (answer.getError() !== "") throw new Error(`the error hook '${name}' failed: ${answer.getError()}`);
    return answer.getRetry();
  }

  private invoke(callback: Callback, body: Uint8Array): Promise<Uint8Array> {
    const request = new CallbackInvokeRequest();
    request.setToken(callback.getToken());
    request.setRequest(body);
    return new Promise((resolve, reject) => {
      const done = (error: grpc.ServiceError | null, response: CallbackInvokeResponse) =>
        error ? reject(new Error(error.details, { cause: error })) : resolve(response.getResponse_asU8());
      this.client(callback.getTarget()).invoke(request, done);
    });
  }

  private client(target: string): CallbacksClient {
    const known =
      this.clients.get(target) ?? new CallbacksClient(target, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
    this.clients.set(target, known);
    return known;
  }
}
