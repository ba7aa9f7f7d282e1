import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SNSEvent, SNSMessage, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { quote } from "../chef/names";
import { isRecord } from "../common/json";
import { createReaper, type Reaper, type ReaperOptions, type ReceivedMessage } from "./reaper";
import { unlessEnded } from "./reconcile/unless-ended";
import { isReconcileEvent, RECONCILE_EVENT, type ReconcileEvent } from "./reconcile-event";
import { readSettings } from "./settings/settings";
import { createEmfMetrics } from "./telemetry/emf-metrics";
import { createLog, type Log } from "./telemetry/log";

/** A batch from the queue, a direct notification, or the event with which the schedule invokes the function that reconciles. */
export type ReaperEvent = SQSEvent | SNSEvent | ReconcileEvent;

/** Share of a function's time that is reserved to finish operations in progress and to log; 90 seconds of 15 minutes. */
const RESERVE = 0.1;
const RECONCILE_IS_OVER = "the function is about to time out; 'chef-autoscaling reconcile' by hand has no such limit";
const BATCH_IS_OVER =
  "the function is about to time out: the message is delivered again, and the others of its batch are not";

/** The error message for any other event. */
export const TAKES =
  "the reaper accepts a batch from its queue or a notification from a topic ('Records'), and the function that reconciles accepts " +
  `'${JSON.stringify(RECONCILE_EVENT)}': aws lambda invoke --payload '${JSON.stringify(RECONCILE_EVENT)}'`;

/** A function may be invoked with any event. */
function isEvent(event: unknown): event is ReaperEvent {
  if (!isRecord(event)) return false;
  return isReconcileEvent(event) || (Array.isArray(event.Records) && event.Records.every(isRecord));
}

/** The handler that Lambda invokes. */
export type ReaperHandler = (event: ReaperEvent, context?: Context) => Promise<SQSBatchResponse | undefined>;

/**
 * Creates the handler of both functions, the one that reads the queue and the one that reconciles, once per execution environment:
 * connections, client and key are kept between invocations. Messages that must stay in the queue are returned in `batchItemFailures`, also
 * those that are not processed shortly before the function times out, since Lambda would deliver the whole batch again.
 *
 * @throws one error with all mistakes in the function's environment
 * @example
 * ```ts
 * export const handler = createHandler({ targets: [dns] });
 * ```
 */
export function createHandler(options: ReaperOptions = {}): ReaperHandler {
  const metrics = createEmfMetrics();
  const log = createLog();
  const reaper = createReaper(readSettings(process.env), { log, metrics }, options);
  return (event, context) => handle({ reaper, log }, event, context).finally(() => metrics.publish());
}

interface Handling {
  readonly reaper: Reaper;
  readonly log: Log;
}

async function handle(
  { reaper, log }: Handling,
  event: ReaperEvent,
  context?: Context,
): Promise<SQSBatchResponse | undefined> {
  if (!isEvent(event)) {
    throw new Error(`${TAKES}; got ${quote(JSON.stringify(event) ?? "nothing")}`);
  }
  if (isReconcileEvent(event)) {
    await reaper.reconcile(deadlineOf(context, RECONCILE_IS_OVER));
    return undefined;
  }
  if (isDirectNotification(event)) {
    await settleNotifications(reaper, event);
    return undefined;
  }
  const processor = new BatchProcessor(EventType.SQS);
  const deadline = deadlineOf(context, BATCH_IS_OVER);
  const settle = (record: SQSRecord): Promise<void> => settleRecord({ reaper, log }, record, deadline);
  return processPartialResponse(event, settle, processor, { context, throwOnFullBatchFailure: false });
}

/** Ends a run or a batch early enough to report how far it came, before Lambda kills it; who invokes it elsewhere may give no time. */
function deadlineOf(context: Partial<Context> | undefined, reason: string): AbortSignal | undefined {
  if (context?.getRemainingTimeInMillis === undefined) return undefined;
  const ending = new AbortController();
  const milliseconds = context.getRemainingTimeInMillis() * (1 - RESERVE);
  setTimeout(() => ending.abort(new Error(reason)), milliseconds).unref();
  return ending.signal;
}

async function settleRecord({ reaper, log }: Handling, record: SQSRecord, deadline?: AbortSignal): Promise<void> {
  const settling = async () => reaper.settle([messageOf(record)]);
  const [disposal] = await unlessEnded(settling(), deadline).catch((error: Error) => {
    log("error", "not settled", { messageId: record.messageId, reason: error.message });
    throw error;
  });
  if (disposal === "left") {
    throw new Error(`the message '${record.messageId}' stays in the queue`);
  }
}

/** A function may be invoked with records that lack what AWS writes into each. */
function messageOf({ messageId, body, attributes, receiptHandle }: Partial<SQSRecord>): ReceivedMessage {
  if (typeof body !== "string") throw new Error("the record has no body: it is not from a queue");
  return {
    id: messageId ?? "",
    body,
    sentAt: Number(attributes?.SentTimestamp) || undefined,
    receiveCount: Number(attributes?.ApproximateReceiveCount) || 1,
    receiptHandle: receiptHandle ?? "",
  };
}

function isDirectNotification(event: SQSEvent | SNSEvent): event is SNSEvent {
  return event.Records.length > 0 && event.Records.every((record) => "Sns" in record && isRecord(record.Sns));
}

/**
 * A topic that invokes the function directly has no queue: throwing makes Lambda try the event two more times, within about three minutes,
 * and then send it to the function's own dead-letter queue. The grace time for a node that may still be registering is not applied.
 */
async function settleNotifications(reaper: Reaper, event: SNSEvent): Promise<void> {
  const messages = event.Records.map((record) => {
    const { MessageId: id = "", Timestamp: sent = "" }: Partial<SNSMessage> = record.Sns;
    return { id, body: JSON.stringify(record), sentAt: Date.parse(sent) || undefined, receiptHandle: "" };
  });
  const disposals = await reaper.settle(messages);
  if (disposals.includes("left")) {
    throw new Error("a notification is not processed yet: Lambda should retry it");
  }
}
