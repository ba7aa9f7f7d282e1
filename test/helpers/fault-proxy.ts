import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";

/** What the proxy does to a request instead of passing it on. */
export type Fault =
  | "pass"
  /** Answers with this status and a Chef-like error document. */
  | { readonly status: number }
  | "garbage"
  | "empty-200"
  /** Passes the request on, and breaks off in the middle of the answer. */
  | "half-body"
  /** Never answers. */
  | "silence"
  /** Closes the connection. */
  | "hang-up";

/** A proxy in front of a Chef server that fails as it is told. */
export interface FaultProxy {
  readonly url: string;
  /** Requests seen, as `METHOD path`. */
  readonly seen: string[];
  /** Chooses the fault of each request. @param choose gets the method, the path, how many came before, and its X-Ops-Sign header */
  setFault(choose: (method: string, path: string, count: number, sign: string) => Fault): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let choose = (_method: string, _path: string, _count: number, _sign: string): Fault => "pass";
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    const fault = choose(method, url, seen.length, String(incoming.headers["x-ops-sign"]));
    seen.push(`${method} ${url}`);
    answer(fault, target, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    seen,
    setFault: (chosen) => {
      choose = chosen;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(fault: Fault, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (typeof fault === "object") {
    outgoing.writeHead(fault.status, { "Content-Type": "application/json" });
    outgoing.end(JSON.stringify({ error: [`made up: ${fault.status}`] }));
    return;
  }
  switch (fault) {
    case "pass":
      passOn(target, incoming, (status, body) => outgoing.writeHead(status).end(body));
      return;
    case "half-body":
      passOn(target, incoming, (status, body) => {
        outgoing.writeHead(status, { "Content-Length": body.length });
        outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
      });
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

function passOn(target: string, incoming: IncomingMessage, finish: (status: number, body: Buffer) => void): void {
  const { method, url, headers } = incoming;
  const onward = request(new URL(url ?? "/", target), { method, headers }, (answered) => {
    const chunks: Buffer[] = [];
    answered.on("data", (chunk: Buffer) => chunks.push(chunk));
    answered.on("end", () => finish(answered.statusCode ?? 502, Buffer.concat(chunks)));
  });
  onward.on("error", () => finish(502, Buffer.from("no server")));
  incoming.pipe(onward);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
