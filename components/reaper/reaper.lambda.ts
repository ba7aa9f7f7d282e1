import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SNSEvent, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { createEmfMetrics } from "./emf-metrics";
import { createLog } from "./log";
import { createReaper, type ReceivedMessage } from "./reaper";
import { isReconcileEvent, type ReconcileEvent } from "./reconcile-event";
import { readSettings } from "./settings";

const TIME_TO_TELL_MS = 3000;

// Made once per execution environment: connections, client and key are kept between invocations.
const metrics = createEmfMetrics();
const reaper = createReaper(readSettings(process.env), { log: createLog(), metrics });

type ReaperEvent = SQSEvent | SNSEvent | ReconcileEvent;

/** Handles a batch of the queue, of which what must stay is named in `batchItemFailures`; a direct notification; or the schedule's event. */
export async function handler(event: ReaperEvent, context?: Context): Promise<SQSBatchResponse | undefined> {
  return handle(event, context).finally(() => metrics.publish());
}

async function handle(event: ReaperEvent, context?: Context): Promise<SQSBatchResponse | undefined> {
  if (isReconcileEvent(event)) {
    await reaper.reconcile(timeOf(context));
    return undefined;
  }
  if (isDirectNotification(event)) {
    await settleNotifications(event);
    return undefined;
  }
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, settleRecord, processor, { context, throwOnFullBatchFailure: false });
}

/** Ends a run in time to say how far it came, before Lambda ends it without a word. */
function timeOf(context: Context | undefined): AbortSignal | undefined {
  return context && AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - TIME_TO_TELL_MS));
}

async function settleRecord(record: SQSRecord): Promise<void> {
  if ((await reaper.settle(messageOf(record))) === "left") {
    throw new Error(`the message '${record.messageId}' stays in the queue`);
  }
}

function messageOf(record: SQSRecord): ReceivedMessage {
  return {
    id: record.messageId,
    body: record.body,
    sentAt: Number(record.attributes.SentTimestamp) || undefined,
    receiveCount: Number(record.attributes.ApproximateReceiveCount) || 1,
    receiptHandle: record.receiptHandle,
  };
}

function isDirectNotification(event: SQSEvent | SNSEvent): event is SNSEvent {
  return event.Records.some((record) => "Sns" in record);
}

/** A topic that calls the function directly keeps no queue: throwing makes Lambda try the event again, and then its own dead letters. */
async function settleNotifications(event: SNSEvent): Promise<void> {
  const disposals = await Promise.all(
    event.Records.map((record) => {
      const { MessageId: id, Timestamp: sent } = record.Sns;
      return reaper.settle({
        id,
        body: JSON.stringify(record),
        sentAt: Date.parse(sent) || undefined,
        receiptHandle: "",
      });
    }),
  );
  if (disposals.includes("left")) {
    throw new Error("a notification is not done yet: Lambda is to try it again");
  }
}
