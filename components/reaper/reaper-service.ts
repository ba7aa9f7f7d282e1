import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { operatorIssues } from "../connection/chef-connection";
import { placeOf } from "../iam/key-access";
import { ServiceRole } from "../iam/service-role";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { idleIssues, isYours, type PresenceOf } from "../pass-through/presence";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { pullStatements } from "./image-pull";
import { createQueueScaling } from "./queue-scaling";
import { type OwnTargets, type ReapingArgs, reaperEnvironment, workerEnvironment } from "./reaper-environment";
import { reaperSecurityGroups } from "./reaper-network";
import { leastMemoryMib, type ReaperServiceSettings, SERVICE_DEFAULTS } from "./reaper-service-settings";
import { reaperServiceShape } from "./reaper-shape";
import { workerStatements, writeLog } from "./reaper-statements";

/** The reaper as a Fargate service. */
export interface ReaperServiceArgs extends ReapingArgs, OwnTargets, ReaperServiceSettings {
  /** Retention of its log, in days. @default 30 */
  readonly logRetentionDays?: number;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** Additional properties of the resources, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<ServiceResource>;
}

/** The resources of a reaper's service, as `passOn` names them. */
export type ServiceResource =
  | "service"
  | "task"
  | "cluster"
  | "reaperRole"
  | "executionRole"
  | "reaperSecurityGroup"
  | "logGroup"
  | "taskScalingTarget"
  | "taskScalingAlarm";

const PRESENCE: PresenceOf<ReaperServiceArgs, ServiceResource> = {
  cluster: [({ clusterArn }) => !clusterArn, isYours("clusterArn")],
  reaperSecurityGroup: [({ securityGroupIds }) => !securityGroupIds, isYours("securityGroupIds")],
};

const CHECKS = [
  ({ chef }: ReaperServiceArgs) => operatorIssues(chef),
  ({ passOn }: ReaperServiceArgs) => passOnIssues(passOn),
  (args: ReaperServiceArgs) => idleIssues(args, PRESENCE),
];

/** The user of `container/Dockerfile`. */
const USER = "65532:65532";
const HEALTH_CHECK = ["CMD", "/nodejs/bin/node", "/worker/health-check.js"];
/** From the stop signal to the kill; more than the worker needs to finish its messages. */
const STOP_TIMEOUT_SECONDS = 120;

/**
 * The worker as a Fargate service that scales with its queue. It has no public address, no inbound rules, a read-only root filesystem, a
 * non-root user, and a role with exactly the reaper's permissions.
 *
 * @example
 * ```ts
 * new ReaperService("web-reaper", {
 *   chef,
 *   groupNames: ["production-web"],
 *   queue,
 *   image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/chef-reaper:1.0.0",
 *   subnetIds: ["subnet-0a", "subnet-0b"],
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
 */
export class ReaperService extends pulumi.ComponentResource {
  /** Name of the service in its cluster. */
  readonly serviceName: pulumi.Output<string>;
  /** Name of the log group, to which its tasks write a line of JSON for each decision. */
  readonly logGroupName: pulumi.Output<string>;

  private readonly args: ReaperServiceArgs;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(
    private readonly componentName: string,
    given: ReaperServiceArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:ReaperService", componentName, {}, options);
    raise(`Reaper "${componentName}"`, argumentIssues(given, reaperServiceShape, CHECKS));
    this.args = checkedLater(given, reaperServiceShape, `Reaper "${componentName}"`);
    const clusterArn = pulumi.output(this.args.clusterArn ?? this.createCluster().arn);
    const logGroup = this.createLogGroup();
    const task = this.createTask(logGroup);
    const service = this.createService(clusterArn, task);
    this.scale(clusterArn, service);
    this.serviceName = service.name;
    this.logGroupName = logGroup.name;
    this.registerOutputs(outputsOf(this));
  }

  private createCluster(): aws.ecs.Cluster {
    const declare = (merged: aws.ecs.ClusterArgs) =>
      new aws.ecs.Cluster(`${this.componentName}-cluster`, merged, { parent: this });
    return merge("cluster", {}, this.args.passOn?.cluster, declare);
  }

  private createLogGroup(): aws.cloudwatch.LogGroup {
    const { logRetentionDays: retentionInDays = 30 } = this.args;
    const namePrefix = `/ecs/${this.componentName}-`;
    const declare = (merged: aws.cloudwatch.LogGroupArgs) =>
      new aws.cloudwatch.LogGroup(`${this.componentName}-log`, merged, { parent: this });
    return merge("logGroup", { namePrefix, retentionInDays }, this.args.passOn?.logGroup, declare);
  }

  private createTask(logGroup: aws.cloudwatch.LogGroup): aws.ecs.TaskDefinition {
    const { cpu = SERVICE_DEFAULTS.cpu, memoryMib = leastMemoryMib(cpu), architecture = "X86_64" } = this.args;
    return merge(
      "task",
      {
        family: this.componentName,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(cpu),
        memory: String(memoryMib),
        runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: "LINUX" },
        taskRoleArn: this.createTaskRole().arn,
        executionRoleArn: this.createExecutionRole(logGroup).arn,
        containerDefinitions: pulumi.jsonStringify([this.container(logGroup)]),
      },
      this.args.passOn?.task,
      (merged) => new aws.ecs.TaskDefinition(`${this.componentName}-task`, merged, { parent: this }),
    );
  }

  /** The permissions of the worker itself. */
  private createTaskRole(): ServiceRole {
    const { permissionsBoundary, statements = [], passOn } = this.args;
    return new ServiceRole(
      `${this.componentName}-work`,
      {
        service: "ecs-tasks.amazonaws.com",
        statements: [...workerStatements(this.args, placeOf(this)), ...statements],
        permissionsBoundary,
        passOn: { role: passOn?.reaperRole },
      },
      { parent: this },
    );
  }

  /** The permissions with which Fargate starts it: to pull its image, if it is in ECR, and to write its log. */
  private createExecutionRole(logGroup: aws.cloudwatch.LogGroup): ServiceRole {
    const { image, permissionsBoundary, passOn } = this.args;
    const statements = pullStatements(image, placeOf(this)).apply((pull) => [...pull, writeLog(logGroup.arn)]);
    return new ServiceRole(
      `${this.componentName}-start`,
      {
        service: "ecs-tasks.amazonaws.com",
        statements,
        permissionsBoundary,
        passOn: { role: passOn?.executionRole },
      },
      { parent: this },
    );
  }

  private container(logGroup: aws.cloudwatch.LogGroup) {
    const options = { "awslogs-group": logGroup.name, "awslogs-region": placeOf(this).region };
    return {
      name: "reaper",
      image: this.args.image,
      essential: true,
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      stopTimeout: STOP_TIMEOUT_SECONDS,
      healthCheck: { command: HEALTH_CHECK, interval: 30, timeout: 5, retries: 3, startPeriod: 60 },
      logConfiguration: { logDriver: "awslogs", options: { ...options, "awslogs-stream-prefix": "reaper" } },
      environment: Object.entries(this.environment()).map(([name, value]) => ({ name, value })),
    };
  }

  private environment(): Record<string, pulumi.Input<string>> {
    const { args } = this;
    const { maxTasks = SERVICE_DEFAULTS.maxTasks } = args;
    return { ...reaperEnvironment(args, maxTasks, placeOf(this)), ...workerEnvironment(args), ...args.environment };
  }

  private createService(clusterArn: pulumi.Output<string>, task: aws.ecs.TaskDefinition): aws.ecs.Service {
    const { minTasks = SERVICE_DEFAULTS.minTasks, subnetIds } = this.args;
    return merge(
      "service",
      {
        cluster: clusterArn,
        taskDefinition: task.arn,
        desiredCount: minTasks,
        launchType: "FARGATE",
        propagateTags: "SERVICE",
        networkConfiguration: {
          subnets: subnetIds,
          securityGroups: reaperSecurityGroups(this.componentName, this.args, this),
          assignPublicIp: false,
        },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      this.args.passOn?.service,
      // An update keeps the number of tasks that scaling has set.
      (merged) =>
        new aws.ecs.Service(`${this.componentName}-service`, merged, { parent: this, ignoreChanges: ["desiredCount"] }),
    );
  }

  private scale(clusterArn: pulumi.Output<string>, service: aws.ecs.Service): void {
    const { minTasks, maxTasks, messagesPerTask } = { ...SERVICE_DEFAULTS, ...this.args };
    const clusterName = clusterArn.apply((arn) => arn.slice(arn.lastIndexOf("/") + 1));
    const { queue, passOn } = this.args;
    const scaled = { clusterName, serviceName: service.name, queueArn: queue.queueArn, passOn };
    createQueueScaling(this.componentName, { ...scaled, minTasks, maxTasks, messagesPerTask }, this);
  }
}
