import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REAPER_TIMEOUT_SECONDS, ReaperFunction, visibilityFor } from "../hosting/reaper-function";
import { placeOf } from "../key-access";
import { type Mistake, raise } from "../mistakes";
import { NotificationQueue } from "../notification/notification-queue";
import { createScaling } from "../scaling";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { groupMistakes } from "./group-validation";
import { InstanceAccess } from "./instance-access";
import { createLaunchConfiguration, createLaunchTemplate, type LaunchSource } from "./launch";
import { NodeCleanup } from "./node-cleanup";
import { renderUserData, USER_DATA_LIMIT_BYTES } from "./user-data";

/**
 * An Auto Scaling Group whose instances are Chef nodes, with the alarms that scale it, the queue of its events, the
 * reaper that removes the nodes of terminated instances, and the cleanup that removes the rest on destroy.
 */
export class ChefAutoScalingGroup extends pulumi.ComponentResource {
  readonly autoScalingGroupName: pulumi.Output<string>;
  readonly autoScalingGroupArn: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** Name of the reaper's function; undefined where a worker reads the queue. */
  readonly reaperFunctionName: pulumi.Output<string | undefined>;

  constructor(
    private readonly componentName: string,
    private readonly args: ChefAutoScalingGroupArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:ChefAutoScalingGroup", componentName, {}, options);
    raise(`Group "${componentName}"`, groupMistakes(args));
    const cleanup = this.createCleanup();
    const launchSource = this.createLaunchSource();
    const group = this.createGroup(launchSource, cleanup);
    createScaling(componentName, args.scaling ?? {}, group, this);
    const queue = this.createQueue(group);
    const reaper = this.createReaper(queue);

    this.autoScalingGroupName = group.name;
    this.autoScalingGroupArn = group.arn;
    this.topicArn = queue.topicArn;
    this.queueUrl = queue.queueUrl;
    this.deadLetterQueueUrl = queue.deadLetterQueueUrl;
    this.reaperFunctionName = pulumi.output(reaper?.functionName);
    this.registerOutputs({
      autoScalingGroupName: this.autoScalingGroupName,
      autoScalingGroupArn: this.autoScalingGroupArn,
      topicArn: this.topicArn,
      queueUrl: this.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      reaperFunctionName: this.reaperFunctionName,
    });
  }

  private createCleanup(): NodeCleanup {
    const { chef, groupName, onDestroy } = this.args;
    return new NodeCleanup(
      `${this.componentName}-cleanup`,
      {
        groupName,
        region: placeOf(this).region,
        serverUrl: chef.serverUrl,
        caPem: chef.caPem,
        operator: chef.operator,
        onDestroy,
      },
      { parent: this },
    );
  }

  private createLaunchSource(): LaunchSource {
    const { args, componentName } = this;
    const access = new InstanceAccess(
      `${componentName}-instance`,
      {
        validator: args.chef.validator,
        sessionManager: args.sessionManager,
        permissionsBoundary: args.permissionsBoundary,
      },
      { parent: this },
    );
    const create = args.launch === "configuration" ? createLaunchConfiguration : createLaunchTemplate;
    const launch = {
      imageId: args.imageId,
      instanceType: args.instanceType,
      instanceProfileName: access.instanceProfileName,
      securityGroupIds: args.securityGroupIds ?? [this.createSecurityGroup().id],
      userData: this.userData(),
      keyName: args.keyName,
      publicAddress: args.publicAddress ?? false,
      rootVolume: args.rootVolume ?? {},
      tags: this.tags(),
    };
    return create(componentName, launch, this);
  }

  private userData(): pulumi.Output<string> {
    const { chef, groupName } = this.args;
    return placeOf(this).region.apply((region) => {
      const text = renderUserData({ ...this.args, chef, groupName, region });
      raise(`Group "${this.componentName}"`, userDataMistakes(text));
      return text;
    });
  }

  private createSecurityGroup(): aws.ec2.SecurityGroup {
    const { subnetIds } = this.args;
    const vpcId = subnetIds && aws.ec2.getSubnetOutput({ id: pulumi.output(subnetIds)[0] }, { parent: this }).vpcId;
    return new aws.ec2.SecurityGroup(
      `${this.componentName}-security-group`,
      {
        description: `Instances of ${this.args.groupName}`,
        vpcId,
        egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }],
      },
      { parent: this },
    );
  }

  private createGroup(launchSource: LaunchSource, cleanup: NodeCleanup): aws.autoscaling.Group {
    const { args } = this;
    return new aws.autoscaling.Group(
      `${this.componentName}-group`,
      {
        ...launchSource,
        name: args.groupName,
        minSize: args.capacity.min,
        maxSize: args.capacity.max,
        desiredCapacity: args.capacity.desired,
        vpcZoneIdentifiers: args.subnetIds,
        availabilityZones: args.availabilityZones,
        healthCheckType: "EC2",
        healthCheckGracePeriod: 300,
        enabledMetrics: GROUP_METRICS,
        metricsGranularity: "1Minute",
        instanceRefresh: this.instanceRefresh(),
        tags: Object.entries(this.tags()).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
      },
      // What scaling made of the desired capacity must survive an update (aws-cdk #5215, terraform-aws-autoscaling #72).
      { parent: this, dependsOn: [cleanup], ignoreChanges: ["desiredCapacity"] },
    );
  }

  private instanceRefresh(): aws.types.input.autoscaling.GroupInstanceRefresh {
    const { minHealthyPercentage = 90, instanceWarmupSeconds } = this.args.rollout ?? {};
    return {
      strategy: "Rolling",
      preferences: {
        minHealthyPercentage,
        instanceWarmup: instanceWarmupSeconds?.toString(),
        // A launch configuration has no versions to go back to.
        autoRollback: this.args.launch !== "configuration",
      },
    };
  }

  private createQueue(group: aws.autoscaling.Group): NotificationQueue {
    const visibilityTimeoutSeconds = visibilityFor(this.args.reaper?.timeoutSeconds ?? REAPER_TIMEOUT_SECONDS);
    const args = { autoScalingGroup: group, visibilityTimeoutSeconds };
    return new NotificationQueue(`${this.componentName}-events`, args, { parent: this });
  }

  private createReaper(queue: NotificationQueue): ReaperFunction | undefined {
    const { chef, groupName, reaper, permissionsBoundary } = this.args;
    if (reaper?.mode === "worker") return undefined;
    return new ReaperFunction(
      `${this.componentName}-reaper`,
      {
        chef,
        groupNames: [groupName],
        queue,
        timeoutSeconds: reaper?.timeoutSeconds,
        absenceGraceSeconds: reaper?.absenceGraceSeconds,
        dryRun: reaper?.dryRun,
        maximumConcurrency: reaper?.maximumConcurrency,
        permissionsBoundary,
      },
      { parent: this },
    );
  }

  private tags(): Record<string, string> {
    return { Name: this.args.groupName, ...this.args.tags };
  }
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html */
const GROUP_METRICS: aws.autoscaling.Metric[] = [
  "GroupMinSize",
  "GroupMaxSize",
  "GroupDesiredCapacity",
  "GroupInServiceInstances",
  "GroupPendingInstances",
  "GroupStandbyInstances",
  "GroupTerminatingInstances",
  "GroupTotalInstances",
];

function userDataMistakes(text: string): Mistake[] {
  const bytes = Buffer.byteLength(text);
  if (bytes <= USER_DATA_LIMIT_BYTES) return [];
  const wayOut = "keep attributes in a role, an environment or a policyfile on the Chef server";
  return [
    {
      property: "attributes",
      value: `${bytes} bytes of user data`,
      expected: `at most ${USER_DATA_LIMIT_BYTES}`,
      wayOut,
    },
  ];
}
