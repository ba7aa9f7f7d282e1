import type { Agent } from "node:https";
import { environmentAgent, hasProxy } from "./proxy";

const CONNECTION_TIMEOUT_MS = 3000;

/**
 * Limits for every client of the AWS SDK that something waits for. By itself the SDK waits for ever where a connection
 * has died in silence, and a worker would hold the message for as long. Three attempts stay below a function's 30 seconds.
 * And the proxy of the environment, which the SDK by itself does not know.
 */
export const AWS_TIMEOUTS = {
  // Anew for each client, which closes its connections when it is destroyed
  get requestHandler() {
    return {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: 6000,
      throwOnRequestTimeout: true,
      ...throughProxy(),
    };
  },
};

/** The agent of a client that asks through the proxy of the environment, where there is one. @param maxSockets at a time */
export function throughProxy(maxSockets = 50): { readonly httpsAgent?: Agent } {
  if (!hasProxy()) return {};
  return { httpsAgent: environmentAgent(CONNECTION_TIMEOUT_MS, { keepAlive: true, maxSockets }) };
}
