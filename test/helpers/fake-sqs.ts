import type { Message, SQSClient } from "@aws-sdk/client-sqs";

/** Queues in memory behind the only method of an SQS client that is used. An unknown call throws. */
export interface FakeSqs {
  readonly client: SQSClient;
  /** Messages of each queue by its URL, including hidden ones. */
  readonly queues: Readonly<Record<string, Message[]>>;
}

interface Input {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Message["MessageAttributes"];
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly { readonly ReceiptHandle?: string }[];
}

/** @param beforeCall gets the call's name and the number of earlier calls, and may throw SQS's errors */
export function fakeSqs(
  queues: Record<string, Message[]>,
  beforeCall: (name: string, count: number) => void = () => undefined,
): FakeSqs {
  const hidden = new Set<string | undefined>();
  let calls = 0;
  let ids = 0;
  const answers: Record<string, (input: Input) => unknown> = {
    ReceiveMessageCommand: ({ QueueUrl, MaxNumberOfMessages = 1 }) => {
      const visible = queues[QueueUrl]?.filter(({ MessageId }) => !hidden.has(MessageId)) ?? [];
      const Messages = visible.slice(0, MaxNumberOfMessages);
      for (const { MessageId } of Messages) hidden.add(MessageId);
      return { Messages: Messages.map((message) => ({ ...message, ReceiptHandle: message.MessageId })) };
    },
    SendMessageCommand: ({ QueueUrl, MessageBody: Body, MessageAttributes }) => {
      refuseEmpty(Body, MessageAttributes);
      const MessageId = `sent-${++ids}`;
      queues[QueueUrl]?.push({ MessageId, Body, MessageAttributes });
      return { MessageId };
    },
    DeleteMessageCommand: ({ QueueUrl, ReceiptHandle }) => {
      queues[QueueUrl] = queues[QueueUrl]?.filter(({ MessageId }) => MessageId !== ReceiptHandle) ?? [];
      return {};
    },
    ChangeMessageVisibilityBatchCommand: ({ Entries = [] }) => {
      for (const { ReceiptHandle } of Entries) hidden.delete(ReceiptHandle);
      return {};
    },
  };
  const send = async (command: { readonly input: Input }) => {
    const { name } = command.constructor;
    beforeCall(name, calls++);
    const answer = answers[name];
    if (answer === undefined) throw new Error(`a call that this SQS does not know: ${name}`);
    return answer(command.input);
  };
  return { client: { send } as unknown as SQSClient, queues };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html and API_MessageAttributeValue.html */
function refuseEmpty(body: string | undefined, attributes: Message["MessageAttributes"] = {}): void {
  const empty = Object.entries(attributes).find(([, { StringValue }]) => !StringValue)?.[0];
  if (!body) throw new Error("SQS refuses an empty message");
  if (empty !== undefined) throw new Error(`SQS refuses the empty attribute '${empty}'`);
}
