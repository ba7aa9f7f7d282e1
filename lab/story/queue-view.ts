import { GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "../services/aws-clients";

const depthAttributes = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** Number of messages in a queue: waiting, in flight and delayed. */
export async function queueDepth({ sqs }: AwsClients, queueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...depthAttributes] });
  const { Attributes = {} } = await sqs.send(command);
  return depthAttributes.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** A notification from Auto Scaling, as far as the steps read it. */
export interface Notification {
  readonly event: string;
  readonly instanceId?: string;
}

/** Reads waiting messages without removing them: they are visible to the reaper again at once. */
export async function peek({ sqs }: AwsClients, queueUrl: string): Promise<Notification[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      WaitTimeSeconds: 0,
    }),
  );
  return Messages.map(({ Body = "{}" }) => notificationOf(Body));
}

function notificationOf(body: string): Notification {
  const envelope = JSON.parse(body) as { Message?: string };
  const message = JSON.parse(envelope.Message ?? body) as { Event?: string; EC2InstanceId?: string };
  return { event: message.Event ?? "", instanceId: message.EC2InstanceId };
}
