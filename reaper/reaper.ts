import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import { awsClient } from "../aws/client";
import { resolveKey } from "../chef/keys/resolve";
import { type RemovalTarget, removeNodeAndClient } from "../chef/removal";
import { type ChefAccess, createChefAccess } from "./chef-access";
import type { QueueMessage, ReapServices } from "./decide/reap";
import { terminationState } from "./instances/instance-state";
import { createInstanceStates } from "./instances/instance-states";
import { sendDeadLetter } from "./queue/dead-letter";
import { type Disposal, type MessageQueue, settleMessages, type Telemetry } from "./queue/settle";
import { reconcileGroup } from "./reconcile";
import { type ReconcileGroupsServices, reconcileGroups } from "./reconcile-groups";
import { completeAction, extendAction } from "./removal/lifecycle-action";
import { removeOtherNames } from "./removal/other-names";
import type { ReapTarget } from "./removal/target";
import type { ReaperSettings } from "./settings/settings";

/** A message with the receipt handle of this receive. */
export interface ReceivedMessage extends QueueMessage {
  readonly receiptHandle: string;
}

/** The reaper with its connections, ready for messages. */
export interface Reaper {
  /** Processes the messages of one batch, concurrently. */
  settle(messages: readonly ReceivedMessage[]): Promise<Disposal[]>;
  /**
   * Reconciles each of its groups.
   *
   * @param signal ends it early
   * @throws if the run of a group failed
   */
  reconcile(signal?: AbortSignal): Promise<void>;
}

/** Your own additions to the reaper. */
export interface ReaperOptions {
  /** Called for every instance that is removed, concurrently. @default none */
  readonly targets?: readonly ReapTarget[];
  /** SQS client. @default one for the environment's region and account */
  readonly sqs?: SQSClient;
}

/** Creates the reaper from its settings. It connects at the first message. */
export function createReaper(settings: ReaperSettings, telemetry: Telemetry, options: ReaperOptions = {}): Reaper {
  const { sqs = awsClient(SQSClient), targets } = options;
  const connections = connect(settings);
  const services = { ...createServices(settings, connections), targets };
  return {
    settle: (messages) => settleMessages(messages, services, queueOf(settings, sqs), telemetry),
    reconcile: (signal) => reconcileGroups(settings, reconcileServices(connections, telemetry, targets), signal),
  };
}

interface Connections {
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly access: ChefAccess;
}

function connect(settings: ReaperSettings): Connections {
  const access = createChefAccess(settings.chef, resolveKey);
  return { ec2: awsClient(EC2Client), autoScaling: awsClient(AutoScalingClient), access };
}

function createServices(settings: ReaperSettings, { ec2, autoScaling, access }: Connections): ReapServices {
  const askState = createInstanceStates(ec2);
  const clockOffsetMs = (): number => ec2.config.systemClockOffset;
  const placed = async (target: RemovalTarget): Promise<RemovalTarget> => {
    return { ...target, region: await ec2.config.region(), accountId: settings.accountId };
  };
  const removeOthers = (target: RemovalTarget) =>
    access.use(async (chef) => {
      const options = { now: Date.now() + clockOffsetMs(), operator: settings.chef.clientName };
      return removeOtherNames(chef, await placed(target), options);
    });
  return {
    groups: settings.groups,
    accountId: settings.accountId,
    absenceGraceSeconds: settings.absenceGraceSeconds,
    dryRun: settings.dryRun,
    now: Date.now,
    clockOffsetMs,
    instanceState: (termination) => terminationState(termination, ec2, autoScaling, askState),
    remove: (target) => access.use(async (chef) => removeNodeAndClient(chef, await placed(target))),
    removeOtherNames: settings.searchOtherNames ? removeOthers : undefined,
    completeAction: (action, ageSeconds) => completeAction(autoScaling, action, ageSeconds),
    extendAction: (action) => extendAction(autoScaling, action),
  };
}

function reconcileServices(
  { ec2, autoScaling, access }: Connections,
  telemetry: Telemetry,
  targets: readonly ReapTarget[] | undefined,
): ReconcileGroupsServices {
  const now = Date.now;
  return {
    ...telemetry,
    now,
    reconcile: (options) => access.use((chef) => reconcileGroup(options, { chef, ec2, autoScaling, now, targets })),
  };
}

function queueOf({ queueUrl, deadLetterQueueUrl }: ReaperSettings, sqs: SQSClient): MessageQueue<ReceivedMessage> {
  return {
    sendToDeadLetters: (message, why) => sendDeadLetter(sqs, deadLetterQueueUrl, message, why),
    delay: async ({ receiptHandle }, seconds) => {
      // A notification that came without a queue has no receipt handle.
      if (queueUrl === undefined || receiptHandle === "") return;
      const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
      await sqs.send(new ChangeMessageVisibilityCommand(input));
    },
  };
}
