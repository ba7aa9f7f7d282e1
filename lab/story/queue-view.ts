import { GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "../services/aws-clients";

const depthAttributes = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** Messages in a queue: waiting, in flight and delayed. */
export async function queueDepth({ sqs }: AwsClients, queueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...depthAttributes] });
  const { Attributes = {} } = await sqs.send(command);
  return depthAttributes.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** A notification of Auto Scaling, as far as the story reads it. */
export interface Notification {
  readonly event: string;
  readonly instanceId?: string;
}

/** Looks at waiting messages and leaves them where they are: they are visible to the reaper again at once. */
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
