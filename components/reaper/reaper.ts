import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import { removeNodeAndClient } from "../chef/removal";
import { resolveKey } from "../keys/resolve";
import { createChefAccess } from "./chef-access";
import { sendDeadLetter } from "./dead-letter";
import { describeInstanceState, type InstanceState, isTerminating } from "./instance-state";
import { completeAction, extendAction } from "./lifecycle-action";
import type { Termination } from "./reading";
import type { QueueMessage, ReapServices } from "./reap";
import type { ReaperSettings } from "./settings";
import { type Disposal, type MessageQueue, settleMessage, type Telemetry } from "./settle";

/** A message with the handle that SQS gave for this receipt of it. */
export interface ReceivedMessage extends QueueMessage {
  readonly receiptHandle: string;
}

/** The reaper with its connections, ready for messages. */
export interface Reaper {
  settle(message: ReceivedMessage): Promise<Disposal>;
}

/** Puts the reaper together from its settings. Nothing is connected before the first message. */
export function createReaper(settings: ReaperSettings, telemetry: Telemetry, sqs: SQSClient = new SQSClient()): Reaper {
  const services = createServices(settings);
  return {
    settle: (message) => settleMessage(message, services, queueFor(message, settings, sqs), telemetry),
  };
}

function createServices(settings: ReaperSettings): ReapServices {
  const ec2 = new EC2Client();
  const autoScaling = new AutoScalingClient();
  const access = createChefAccess(settings.chef, resolveKey);
  return {
    groups: settings.groups,
    absenceGraceSeconds: settings.absenceGraceSeconds,
    dryRun: settings.dryRun,
    now: Date.now,
    instanceState: (termination) => stateOf(termination, ec2, autoScaling),
    remove: (target) => access.use((chef) => removeNodeAndClient(chef, target)),
    completeAction: (action) => completeAction(autoScaling, action),
    extendAction: (action) => extendAction(autoScaling, action),
  };
}

/** An instance that waits in its terminate hook still runs; Auto Scaling is asked about it, not EC2 alone. */
async function stateOf(
  termination: Termination,
  ec2: EC2Client,
  autoScaling: AutoScalingClient,
): Promise<InstanceState> {
  if (termination.action && (await isTerminating(autoScaling, termination.action))) {
    return { gone: true, name: "terminating" };
  }
  return describeInstanceState(ec2, termination.instanceId);
}

function queueFor(received: ReceivedMessage, settings: ReaperSettings, sqs: SQSClient): MessageQueue {
  return {
    sendToDeadLetters: (message, reason) => sendDeadLetter(sqs, settings.deadLetterQueueUrl, message, reason),
    delay: async (_message, seconds) => {
      if (settings.queueUrl === undefined) {
        return;
      }
      const input = { QueueUrl: settings.queueUrl, ReceiptHandle: received.receiptHandle, VisibilityTimeout: seconds };
      await sqs.send(new ChangeMessageVisibilityCommand(input));
    },
  };
}
