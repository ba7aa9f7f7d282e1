import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PrometheusMetrics } from "../telemetry/prometheus-metrics";
import type { WorkerHealth } from "./worker-health";

export interface WorkerServerOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly bindAddress: string;
  readonly health: () => WorkerHealth;
  readonly prometheus: Pick<PrometheusMetrics, "contentType" | "text">;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves `GET /healthz`, `GET /readyz` and `GET /metrics`, and nothing else.
 *
 * @returns the port it listens on
 * @throws if it cannot listen there
 */
export function startWorkerServer(options: WorkerServerOptions): Promise<number> {
  const server = createServer((request, response) => void respond(request, response, options));
  // The worker ends when it has drained, even if its health is still being checked.
  server.unref();
  return listening(server, options);
}

function listening(server: Server, { port, bindAddress }: WorkerServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, bindAddress, () => resolve((server.address() as AddressInfo).port));
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, options: WorkerServerOptions) {
  const { status, type, body } = await answerTo(request, options).catch((error: unknown) => text(500, String(error)));
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

async function answerTo({ method, url = "" }: IncomingMessage, options: WorkerServerOptions): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return text(405, "only GET and HEAD\n");
  const { prometheus } = options;
  switch (url.split("?")[0]) {
    case "/healthz":
      return healthAnswer(options.health(), "live");
    case "/readyz":
      return healthAnswer(options.health(), "ready");
    case "/metrics":
      return { status: 200, type: prometheus.contentType, body: await prometheus.text() };
    default:
      return text(404, "there are /healthz, /readyz and /metrics\n");
  }
}

function healthAnswer(health: WorkerHealth, asked: "live" | "ready"): Answer {
  return { status: health[asked] ? 200 : 503, type: "application/json", body: `${JSON.stringify(health)}\n` };
}

function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}
