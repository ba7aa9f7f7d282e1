import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import { Readable } from "node:stream";

/** A response from the proxy instead of the server. */
export interface MadeUpAnswer {
  readonly status: number;
  /** @default an error document like Chef's */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the proxy does with a request instead of forwarding it. */
export type Fault =
  | "pass"
  | MadeUpAnswer
  | "garbage"
  | "empty-200"
  /** Forwards the request, and cuts off the response in the middle. */
  | "half-body"
  /** Never responds. */
  | "silence"
  /** Closes the connection. */
  | "hang-up"
  /** Sends a response without end. */
  | "endless";

/** A request as the proxy receives it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Number of earlier requests. */
  readonly count: number;
}

/** Certificate and key of a server as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A proxy in front of a server that fails as configured. */
export interface FaultProxy {
  readonly url: string;
  /** Received requests, as `METHOD path`. */
  readonly seen: string[];
  /** Chooses the fault of each request. */
  setFault(choose: (request: SeenRequest) => Fault): void;
  /** Presents this certificate from the next connection on. */
  present(certificate: Certificate): void;
  close(): Promise<void>;
}

/** @param certificate makes it use TLS, whatever the server behind it uses */
export async function startFaultProxy(target: string, certificate?: Certificate): Promise<FaultProxy> {
  let choose = (_request: SeenRequest): Fault => "pass";
  const seen: string[] = [];
  const server = createFor(certificate, async (incoming, outgoing) => {
    const { method = "", url: path = "", headers } = incoming;
    const body = await readWhole(incoming);
    const fault = choose({ method, path, headers, body: body.toString("utf8"), count: seen.length });
    seen.push(`${method} ${path}`);
    answer(fault, target, { method, path, headers, body }, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${portOf(server)}`,
    seen,
    setFault: (chosen) => {
      choose = chosen;
    },
    present: (next) => {
      if (server instanceof SecureServer) server.setSecureContext(next);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createFor(certificate: Certificate | undefined, listener: RequestListener): Server | SecureServer {
  return certificate ? createSecureServer(certificate, listener) : createServer(listener);
}

interface Onward {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function answer(fault: Fault, target: string, onward: Onward, outgoing: ServerResponse): void {
  if (typeof fault === "object") {
    outgoing.writeHead(fault.status, { "Content-Type": "application/json", ...fault.headers });
    outgoing.end(fault.body ?? JSON.stringify({ error: [`made up: ${fault.status}`] }));
    return;
  }
  switch (fault) {
    case "pass":
      passOn(target, onward, (answered, body) =>
        outgoing.writeHead(answered.status, contentHeaders(answered)).end(body),
      );
      return;
    case "half-body":
      passOn(target, onward, (answered, body) => {
        outgoing.writeHead(answered.status, { ...contentHeaders(answered), "Content-Length": body.length });
        outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
      });
      return;
    case "endless":
      Readable.from(endlessly())
        .on("error", () => undefined)
        .pipe(outgoing);
      return;
    case "garbage":
      outgoing.end("<html><body>It works!</body></html>");
      return;
    case "empty-200":
      outgoing.end();
      return;
    case "hang-up":
      outgoing.destroy();
      return;
    case "silence":
      return;
  }
}

interface Answered {
  readonly status: number;
  readonly contentType?: string;
}

function contentHeaders({ contentType }: Answered): Record<string, string> {
  return contentType === undefined ? {} : { "Content-Type": contentType };
}

function passOn(target: string, onward: Onward, finish: (answered: Answered, body: Buffer) => void): void {
  const { method, path, headers, body } = onward;
  const sent = request(new URL(path, target), { method, headers }, (response) => {
    const answered = { status: response.statusCode ?? 502, contentType: response.headers["content-type"] };
    readWhole(response).then((whole) => finish(answered, whole));
  });
  sent.on("error", () => finish({ status: 502 }, Buffer.from("no server")));
  sent.end(body);
}

function* endlessly(): Generator<Buffer> {
  const part = Buffer.alloc(1024 * 1024, " ");
  for (;;) yield part;
}

function readWhole(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve(Buffer.concat(chunks)));
  });
}

function portOf(server: Server | SecureServer): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
