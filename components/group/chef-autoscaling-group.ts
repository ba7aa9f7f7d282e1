import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Place, placeOf } from "../iam/key-access";
import type { ProfileReference } from "../instance/given-profile";
import { metadataIssues } from "../instance/metadata";
import { ownUserDataIssues } from "../instance/own-user-data";
import { NotificationQueue } from "../notification/notification-queue";
import { NOTIFICATION_RESOURCES } from "../notification/notification-shape";
import { Observation } from "../observation/observation";
import { outputsOf } from "../outputs/outputs-of";
import { partOf } from "../pass-through/pass-on";
import { type AlarmedPolicy, createScaling, scalingArns } from "../scaling";
import { componentNameIssues } from "../validation/component-name";
import { raise, withoutValues } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { createAutoScalingGroup } from "./auto-scaling-group";
import { convergenceSummary, ownUserData } from "./convergence-summary";
import { laterAttributeIssues } from "./convergence-validation";
import { createRollout } from "./create-rollout";
import { defaultSubnets } from "./default-subnets";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { groupShape } from "./group-shape";
import { groupIssues } from "./group-validation";
import { inRegion } from "./in-region";
import { createInstanceRole } from "./instance-role";
import { createLaunchTemplates, type LaunchSource, templatesByImage } from "./launch";
import { createLaunchConfiguration } from "./launch-configuration";
import { createLifecycleHooks, hookAnsweredByInstance } from "./lifecycle-hooks";
import { NodeCleanup } from "./node-cleanup";
import { publicAddressIssues } from "./public-subnets";
import { createReaper, functionsOf, type Reaper } from "./reaper";
import { readerTimeoutSeconds } from "./reaper-arguments";
import { grantVolumeKeys } from "./root-volume";
import { createSecurityGroup } from "./security-group";
import { defaultTags } from "./tags";
import { renderUserData, sizeIssues } from "./user-data";

/**
 * An Auto Scaling group whose instances are Chef nodes. It includes the alarms and policies that scale the group, the topic and queue for
 * its notifications, the reaper that removes the nodes of terminated instances, and the cleanup that removes the remaining nodes on
 * destroy.
 *
 * @example
 * ```ts
 * const web = new ChefAutoScalingGroup("web", {
 *   groupName: "production-web",
 *   imageId: image.imageId,
 *   instanceType: "t3.small",
 *   capacity: { min: 2, max: 10 },
 *   subnetIds: ["subnet-0a", "subnet-0b"],
 *   runList: ["recipe[base]", "recipe[web]"],
 *   scaling: { out: { threshold: 70 }, in: { threshold: 30 } },
 *   chef,
 * });
 * export const deadLetters = web.deadLetterQueueUrl;
 * ```
 */
export class ChefAutoScalingGroup extends pulumi.ComponentResource {
  /** Name of the group in AWS. The names of its nodes start with it. */
  readonly autoScalingGroupName: pulumi.Output<string>;
  /** ARN of the group in AWS. */
  readonly autoScalingGroupArn: pulumi.Output<string>;
  /** ARN of the topic that receives the notifications of launches and terminations. */
  readonly topicArn: pulumi.Output<string>;
  /** URL of the queue that the reaper reads. */
  readonly queueUrl: pulumi.Output<string>;
  /** ARN of the queue that the reaper reads. */
  readonly queueArn: pulumi.Output<string>;
  /** ARN of the dead-letter queue, with the messages that the reaper could not process. */
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** URL of the dead-letter queue, with the messages that the reaper could not process. `chef-autoscaling redrive` sends them back. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** Name of the reaper's function; undefined if a service or a worker reads the queue. */
  readonly reaperFunctionName: pulumi.Output<string | undefined>;
  /** Name of the function that compares the Chef server with EC2; undefined if there is none. */
  readonly reconcileFunctionName: pulumi.Output<string | undefined>;
  /**
   * ARNs of the scaling policies by name: `out` and `in`, `out-<name>` and `in-<name>` for rules with a name, `target-<name>`, and
   * `predictive-<name>`.
   */
  readonly scalingPolicyArns: pulumi.Output<Record<string, string>>;
  /**
   * ARNs of the alarms that run scaling policies, by the name of the policy. The alarms of targets are not included, since AWS creates
   * them.
   */
  readonly scalingAlarmArns: pulumi.Output<Record<string, string>>;
  /** ARNs of the alarms that watch the group and its reaper. */
  readonly alarmArns: pulumi.Output<string[]>;
  /** Name of the CloudWatch dashboard; undefined if there is none. */
  readonly dashboardName: pulumi.Output<string | undefined>;
  /** Name of the instances' role; undefined if `instance` names an existing profile. */
  readonly instanceRoleName: pulumi.Output<string | undefined>;
  /** ARN of the instances' role; undefined if `instance` names an existing profile. */
  readonly instanceRoleArn: pulumi.Output<string | undefined>;
  /** Name of the instance profile, or its ARN if `instance.profileArn` is set. */
  readonly instanceProfile: pulumi.Output<string>;
  /** Id of the security group that was created for the instances; undefined if `securityGroupIds` is set. */
  readonly securityGroupId: pulumi.Output<string | undefined>;
  /** Id of the launch template; undefined with a launch configuration. */
  readonly launchTemplateId: pulumi.Output<string | undefined>;
  /** Number of the latest launch template version, which the rollout brings into service; undefined with a launch configuration. */
  readonly launchTemplateVersion: pulumi.Output<string | undefined>;
  /** Launch templates of the additional images, with their latest versions, by the names of `mixedInstances.images`. */
  readonly imageTemplates: pulumi.Output<Readonly<Record<string, { readonly id: string; readonly version: string }>>>;

  private readonly args: ChefAutoScalingGroupArgs;
  private readonly place: Place;

  /**
   * @throws RunError with all mistakes in the arguments, before anything is declared. A mistake that shows only in the value of an output,
   * such as a key among the attributes, fails the preview or the update as soon as the value is known
   */
  constructor(
    private readonly componentName: string,
    args: ChefAutoScalingGroupArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:ChefAutoScalingGroup", componentName, {}, options);
    const subject = `Group "${componentName}"`;
    raise(subject, [...componentNameIssues(componentName), ...groupIssues(args)]);
    this.place = placeOf(this);
    this.args = inRegion(checkedLater(args, groupShape, subject), this.place.region, subject);
    const cleanup = this.createCleanup();
    const role = createInstanceRole(componentName, this.args, this.place, this);
    const securityGroup = this.args.securityGroupIds ? undefined : this.createSecurityGroup();
    const launchSource = this.createLaunchSource(role.profile, securityGroup);
    const group = this.createGroup(launchSource, cleanup);
    const scaling = createScaling(componentName, this.args, group, this);
    const queue = this.createQueue(group);
    const reaper = createReaper(componentName, this.args, queue, this);
    const hooks = this.createHooks(group, queue);
    const observation = this.observe(group, queue, reaper, Object.values(scaling.alarmed));
    // Declared last, so that new instances find the hooks, and a failed rollout is notified, reaped and
    // watched
    createRollout(componentName, { group: this.args, autoScalingGroup: group, launchSource, place: this.place }, this, [
      cleanup,
      queue,
      ...hooks,
      observation,
      ...(reaper ? [reaper] : []),
    ]);

    this.autoScalingGroupName = group.name;
    this.autoScalingGroupArn = group.arn;
    this.topicArn = queue.topicArn;
    this.queueUrl = queue.queueUrl;
    this.deadLetterQueueUrl = queue.deadLetterQueueUrl;
    this.queueArn = queue.queueArn;
    this.deadLetterQueueArn = queue.deadLetterQueueArn;
    this.reaperFunctionName = pulumi.output(functionsOf(reaper).functionName);
    this.reconcileFunctionName = pulumi.output(functionsOf(reaper).reconcileFunctionName);
    const { policyArns, alarmArns } = scalingArns(scaling);
    this.scalingPolicyArns = policyArns;
    this.scalingAlarmArns = alarmArns;
    this.alarmArns = observation.alarmArns;
    this.dashboardName = observation.dashboardName;
    this.instanceRoleName = pulumi.output(role.access?.roleName);
    this.instanceRoleArn = pulumi.output(role.access?.roleArn);
    this.instanceProfile = pulumi.output("arn" in role.profile ? role.profile.arn : role.profile.name);
    this.securityGroupId = pulumi.output(securityGroup?.id);
    const source = "launchTemplate" in launchSource ? launchSource : undefined;
    this.launchTemplateId = pulumi.output(source?.launchTemplate.id);
    this.launchTemplateVersion = pulumi.output(source?.launchTemplate.version);
    this.imageTemplates = templatesByImage(source);
    this.registerOutputs(outputsOf(this));
  }

  /** A launch configuration needs subnets even where a launch template works with zones. */
  private inSubnets(): ChefAutoScalingGroupArgs {
    const { availabilityZones, ...others } = this.args;
    if (others.launch !== "configuration" || !availabilityZones) return this.args;
    return { ...others, subnetIds: defaultSubnets(availabilityZones, `Group "${this.componentName}"`, this) };
  }

  private createCleanup(): NodeCleanup {
    const { chef, groupName, onDestroy, reaper } = this.args;
    return new NodeCleanup(
      `${this.componentName}-cleanup`,
      {
        groupName,
        region: this.place.region,
        accountId: this.place.accountId,
        serverUrl: chef.serverUrl,
        caPem: chef.caPem,
        operator: chef.operator,
        onDestroy,
        chefRequestsPerSecond: reaper?.chefRequestsPerSecond,
      },
      { parent: this },
    );
  }

  private createLaunchSource(instanceProfile: ProfileReference, own: aws.ec2.SecurityGroup | undefined): LaunchSource {
    const { args: group, componentName } = this;
    const create = group.launch === "configuration" ? createLaunchConfiguration : createLaunchTemplates;
    const launch = {
      group,
      instanceProfile,
      securityGroupIds: group.securityGroupIds ?? (own ? [own.id] : []),
      description: convergenceSummary(group),
      userData: this.userData(),
      publicAddress: this.publicAddress(),
      tags: this.tags(),
    };
    return create(componentName, launch, this);
  }

  /** Subnets can be looked up only once their ids are known, so mistakes in them are found then. */
  private publicAddress(): pulumi.Input<boolean> {
    const { publicAddress = false, subnetIds } = this.args;
    if (!publicAddress || !subnetIds) return publicAddress;
    return publicAddressIssues(subnetIds, this).apply((issues) => {
      raise(`Group "${this.componentName}"`, issues);
      return publicAddress;
    });
  }

  private userData(): pulumi.Output<string> {
    const subject = `Group "${this.componentName}"`;
    return pulumi
      .all([this.place.region, pulumi.output(this.args.attributes), ownUserData(this.args)])
      .apply(([region, attributes, own]) => {
        raise(subject, [...withoutValues(ownUserDataIssues(own)), ...laterAttributeIssues(attributes)]);
        const launchHook = hookAnsweredByInstance(this.args.hooks, this.args.onFailedBoot);
        const known = { ...this.args, region, launchHook, attributes, own };
        raise(subject, sizeIssues(known));
        return renderUserData(known);
      });
  }

  private createSecurityGroup(): aws.ec2.SecurityGroup {
    const { groupName, subnetIds, ingress = [], instance, passOn } = this.args;
    const rules = { ingress, egress: instance?.egress };
    const args = { groupName, subnetIds, ...rules, passedOn: passOn?.securityGroup };
    return createSecurityGroup(this.componentName, args, this);
  }

  private createGroup(launchSource: LaunchSource, cleanup: NodeCleanup): aws.autoscaling.Group {
    const { args, componentName } = this;
    const volumes = { root: args.rootVolume ?? {}, data: args.instance?.volumes ?? [] };
    const dependsOn = [cleanup, ...grantVolumeKeys(componentName, volumes, args.passOn, this)];
    return createAutoScalingGroup(
      componentName,
      { group: this.inSubnets(), launchSource, tags: this.tags(), dependsOn },
      this,
    );
  }

  private createQueue(group: aws.autoscaling.Group): NotificationQueue {
    const { notifications: settings, reaper } = this.args;
    const passOn = partOf(this.args.passOn, NOTIFICATION_RESOURCES);
    const args = {
      autoScalingGroup: group,
      serviceLinkedRoleArn: this.args.passOn?.group?.serviceLinkedRoleArn,
      readerTimeoutSeconds: readerTimeoutSeconds(reaper),
      settings,
      passOn,
    };
    return new NotificationQueue(`${this.componentName}-events`, args, { parent: this });
  }

  private createHooks(group: aws.autoscaling.Group, { topicArn, kmsKeyArn }: NotificationQueue) {
    const { hooks = {}, onFailedBoot, permissionsBoundary, passOn } = this.args;
    const args = { hooks, onFailedBoot, group, topicArn, topicKmsKeyArn: kmsKeyArn, permissionsBoundary, passOn };
    return createLifecycleHooks(this.componentName, args, this);
  }

  private observe(
    group: aws.autoscaling.Group,
    queue: NotificationQueue,
    reaper: Reaper | undefined,
    scaling: readonly AlarmedPolicy[],
  ): Observation {
    const { queueArn, deadLetterQueueArn } = queue;
    const reconciles = reaper !== undefined && this.args.reaper?.reconcile !== false;
    const weighted = this.args.mixedInstances?.types?.some(({ weight }) => weight !== undefined) ?? false;
    const { functionName, reconcileFunctionName } = functionsOf(reaper);
    const functions = { functionName, reconcileFunctionName, reconciles };
    const watched = { queueArn, deadLetterQueueArn, ...functions, groupName: group.name };
    const { observation: settings = {} } = this.args;
    const passOn = partOf(this.args.passOn, ["alarm", "dashboard"]);
    return new Observation(
      `${this.componentName}-watch`,
      {
        settings,
        reaper: watched,
        autoScalingGroupName: group.name,
        weighted,
        scaling,
        scalingRules: this.args.scaling,
        passOn,
      },
      { parent: this },
    );
  }

  /** The provider adds its default tags only to resources it creates itself, not to what a launch creates. */
  private tags(): pulumi.Output<Record<string, string>> {
    const { groupName, tags, instance } = this.args;
    return pulumi.all([defaultTags(this), pulumi.output(tags)]).apply(([shared, own]): Record<string, string> => {
      raise(
        `Group "${this.componentName}"`,
        metadataIssues(instance?.metadata, { tags: shared, from: "aws:defaultTags" }),
      );
      return { ...shared, Name: groupName, ...own };
    });
  }
}
