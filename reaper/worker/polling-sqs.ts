import { SQSClient } from "@aws-sdk/client-sqs";
import { withCallNames } from "../../aws/client";
import { throughProxy } from "../../aws/timeouts";

/** Sockets in addition to those of the long polls, for deleting, hiding and sending messages. */
const SPARE_SOCKETS = 50;
/** Longer than the longest poll. Without a limit, a dead connection blocks a loop for a quarter of an hour. */
const REQUEST_TIMEOUT_MS = 40_000;

/**
 * A client for polling loops that a stop ends at once: it aborts their long polls, but not the deletes of processed messages, which
 * sqs-consumer's own abort would end too.
 *
 * @param loops concurrent long polls; the SDK's 50 sockets would leave none for the deletes of many loops
 */
export function createPollingSqs(loops: number, signal: AbortSignal): SQSClient {
  const sockets = { maxSockets: loops + SPARE_SOCKETS, keepAlive: true };
  const sqs = withCallNames(
    new SQSClient({
      requestHandler: {
        connectionTimeout: 5000,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpAgent: sockets,
        httpsAgent: sockets,
        ...throughProxy(sockets.maxSockets),
      },
    }),
  );
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the worker stops")), { once: true });
  });
  stopped.catch(() => "a stop while nothing is received is no error");
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== "ReceiveMessageCommand") return next(args);
      signal.throwIfAborted();
      return Promise.race([next(args), stopped]);
    },
    { step: "initialize", name: "endLongPollOnStop" },
  );
  return sqs;
}
