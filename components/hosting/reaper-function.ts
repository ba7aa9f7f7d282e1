import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-file";
import type { ChefConnection } from "../chef-connection";
import { arn, keyReadStatements, type Place, placeOf } from "../key-access";
import type { NotificationQueue } from "../notification/notification-queue";
import { ServiceRole } from "../service-role";

export interface ReaperFunctionArgs {
  readonly chef: ChefConnection;
  /** Names of the groups whose nodes it may delete; a message of any other group goes to the dead letters. */
  readonly groupNames: readonly string[];
  readonly queue: NotificationQueue;
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Seconds after its termination during which a node that the Chef server does not know is looked for again. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** Logs what it would delete and deletes nothing. @default false */
  readonly dryRun?: boolean;
  /** Most invocations at a time, 2 to 1000. @default 5, which keeps a burst from taking the Chef server down */
  readonly maximumConcurrency?: number;
  /**
   * Requests a second that all invocations together may send to the Chef server; three remove an instance's node and client.
   * @default as many as the server takes: invocations send fewer while it answers 429 or 503, or not in time
   */
  readonly chefRequestsPerSecond?: number;
  /** Days its log is kept. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}

export const REAPER_TIMEOUT_SECONDS = 30;

/**
 * The Lambda function that removes the node and the client of each instance that a queue reports as terminated.
 * It answers with a partial batch response, so one message that fails comes back alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class ReaperFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: ReaperFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ReaperFunction", name, {}, options);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { namePrefix: `/aws/lambda/${name}-`, retentionInDays: args.logRetentionDays ?? 30 },
      { parent: this },
    );
    const role = this.createRole(name, args, logGroup);
    const reaper = this.createFunction(name, args, role, logGroup);
    this.readQueue(name, args, reaper);
    this.functionName = reaper.name;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
  }

  private createRole(name: string, args: ReaperFunctionArgs, logGroup: aws.cloudwatch.LogGroup): ServiceRole {
    return new ServiceRole(
      `${name}-service`,
      {
        service: "lambda.amazonaws.com",
        statements: reaperStatements(args, logGroup.arn, placeOf(this)),
        permissionsBoundary: args.permissionsBoundary,
      },
      { parent: this },
    );
  }

  private createFunction(
    name: string,
    args: ReaperFunctionArgs,
    role: ServiceRole,
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.lambda.Function {
    return new aws.lambda.Function(
      `${name}-function`,
      {
        description: `Removes the Chef node and client of terminated instances of ${args.groupNames.join(", ")}`,
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.FileAsset(builtFile("lambda/reaper.js")),
        }),
        handler: "index.handler",
        runtime: "nodejs22.x",
        memorySize: 256,
        timeout: args.timeoutSeconds ?? REAPER_TIMEOUT_SECONDS,
        role: role.arn,
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        environment: { variables: reaperEnvironment(args) },
      },
      { parent: this },
    );
  }

  private readQueue(name: string, args: ReaperFunctionArgs, reaper: aws.lambda.Function): void {
    new aws.lambda.EventSourceMapping(
      `${name}-source`,
      {
        eventSourceArn: args.queue.queueArn,
        functionName: reaper.arn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: maximumConcurrencyOf(args) },
      },
      { parent: this },
    );
  }
}

/** The settings that components/reaper reads, as references and never as keys. */
export function reaperEnvironment(args: ReaperFunctionArgs): Record<string, pulumi.Input<string>> {
  const environment: Record<string, pulumi.Input<string>> = {
    REAPER_CHEF_SERVER_URL: args.chef.serverUrl,
    REAPER_CHEF_CLIENT_NAME: args.chef.operator.name,
    REAPER_CHEF_KEY: JSON.stringify(args.chef.operator.key),
    REAPER_GROUPS: JSON.stringify(args.groupNames),
    REAPER_ABSENCE_GRACE_SECONDS: String(args.absenceGraceSeconds ?? 600),
    REAPER_QUEUE_URL: args.queue.queueUrl,
    REAPER_DEAD_LETTER_QUEUE_URL: args.queue.deadLetterQueueUrl,
  };
  if (args.chef.caPem) environment.REAPER_CHEF_CA_PEM = args.chef.caPem;
  if (args.chefRequestsPerSecond)
    environment.REAPER_CHEF_REQUESTS_PER_SECOND = shareOf(args.chefRequestsPerSecond, args);
  if (args.dryRun) environment.REAPER_DRY_RUN = "true";
  return environment;
}

function maximumConcurrencyOf(args: ReaperFunctionArgs): number {
  return args.maximumConcurrency ?? 5;
}

/** Invocations do not know of each other: each keeps to its part of what all may send. */
function shareOf(perSecond: number, args: ReaperFunctionArgs): string {
  return String(Number((perSecond / maximumConcurrencyOf(args)).toFixed(3)));
}

/** Exactly the calls that the reaper and its event source mapping make. */
export function reaperStatements(
  args: ReaperFunctionArgs,
  logGroupArn: pulumi.Output<string>,
  place: Place,
): aws.iam.PolicyStatement[] {
  const groups = args.groupNames.map((group) =>
    arn(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${group}`),
  );
  return [
    {
      Sid: "ReadQueue",
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Resource: args.queue.queueArn,
    },
    { Sid: "SetAside", Effect: "Allow", Action: "sqs:SendMessage", Resource: args.queue.deadLetterQueueArn },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logGroupArn}:*`,
    },
    {
      Sid: "AskInstanceState",
      Effect: "Allow",
      Action: ["ec2:DescribeInstances", "autoscaling:DescribeAutoScalingInstances"],
      // AWS knows no narrower resource for describing instances.
      Resource: "*",
    },
    {
      Sid: "CompleteTerminateHook",
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
      Resource: groups,
    },
    ...(args.queue.kmsKeyArn ? [readEncrypted(args.queue.kmsKeyArn)] : []),
    ...keyReadStatements(args.chef.operator, place),
  ];
}

/** Reading needs to decrypt; setting a message aside in the dead letters needs to encrypt. */
function readEncrypted(kmsKeyArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Sid: "EncryptedQueues",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: kmsKeyArn,
  };
}
