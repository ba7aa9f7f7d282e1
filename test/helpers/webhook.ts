import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Somebody who is told of instances that are gone. */
export interface Webhook {
  start(): Promise<void>;
  stop(): void;
  /** Once it is started. */
  url(): string;
  /** What it was told, in this order. */
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
