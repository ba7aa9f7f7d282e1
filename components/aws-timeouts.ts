/**
 * Limits for every client of the AWS SDK that something waits for. By itself the SDK waits for ever where a connection
 * has died in silence, and a worker would hold the message for as long. Three attempts stay below a function's 30 seconds.
 */
export const AWS_TIMEOUTS = {
  requestHandler: { connectionTimeout: 3000, requestTimeout: 6000, throwOnRequestTimeout: true },
} as const;
