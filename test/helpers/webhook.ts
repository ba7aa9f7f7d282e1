import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A server that is notified of instances that are gone. */
export interface Webhook {
  start(): Promise<void>;
  stop(): void;
  /** Available after the start. */
  url(): string;
  /** The received notifications, in order. */
  readonly told: readonly unknown[];
}

export function createWebhook(): Webhook {
  const told: unknown[] = [];
  const server = createServer(async (request, response) => {
    told.push(JSON.parse(await text(request)));
    response.end();
  });
  return {
    told,
    start: () => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}
