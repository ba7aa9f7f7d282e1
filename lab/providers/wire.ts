import * as grpc from "@grpc/grpc-js";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./values";

/** Large enough for a bundled program or a long console log in one message. */
const MESSAGE_LIMIT_BYTES = 400 * 1024 * 1024;

/** Options of every gRPC server and client in the lab. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT_BYTES,
  "grpc.max_send_message_length": MESSAGE_LIMIT_BYTES,
};

/** Converts properties to a protobuf struct. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as { [key: string]: JavaScriptValue });
}

/** Converts a protobuf struct to properties; without a struct there are none. */
export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Creates a gRPC handler from a function. An error becomes the status of the call with only its message. */
export function unary<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: Error & { code?: unknown }) => callback({ code: statusOf(error), details: error.message }),
      );
  };
}

function statusOf(error: { code?: unknown }): grpc.status {
  return typeof error.code === "number" ? error.code : grpc.status.UNKNOWN;
}

/** Starts the server on a free loopback port and returns the port. */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}
