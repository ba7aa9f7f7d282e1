import type { Agent } from "node:https";
import { environmentAgent, hasProxy } from "./proxy";

const CONNECTION_TIMEOUT_MS = 3000;

/**
 * Timeouts for every AWS SDK client that something waits for. By default, the SDK waits forever on a dead connection, and a worker would
 * hold its message for as long. Three attempts take less than a function's 30 seconds. Also sets the proxy of the environment, which the
 * SDK does not use by default.
 */
export const AWS_TIMEOUTS = {
  // A new one for each client, which closes its connections when it is destroyed
  get requestHandler() {
    return {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: 6000,
      throwOnRequestTimeout: true,
      ...throughProxy(),
    };
  },
};

/**
 * The agent for the proxy of the environment, if there is one.
 *
 * @param maxSockets at a time
 */
export function throughProxy(maxSockets = 50): { readonly httpsAgent?: Agent } {
  if (!hasProxy()) return {};
  return { httpsAgent: environmentAgent(CONNECTION_TIMEOUT_MS, { keepAlive: true, maxSockets }) };
}
