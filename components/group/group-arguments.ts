import type * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "../connection/chef-connection";
import type { Instance } from "../instance/instance";
import type { NotificationSettings } from "../notification/notification-settings";
import type { ObservationSettings } from "../observation/observation";
import type { PassOn } from "../pass-through/pass-on";
import type { GroupResource } from "../pass-through/resources";
import type { Scaling } from "../scaling";
import type { BaseTemplate } from "./base-template";
import type { Capacity } from "./capacity";
import type { Health } from "./health";
import type { LifecycleHooks, OnFailedBoot } from "./lifecycle-hooks";
import type { MixedInstances } from "./mixed-instances";
import type { ReaperArgs } from "./reaper-arguments";
import type { Rollout } from "./rollout";
import type { RootVolume } from "./root-volume";
import type { IngressRule } from "./security-group";
import type { TrafficSource } from "./traffic";
import type { ChefConvergence } from "./user-data";
import type { WarmPool } from "./warm-pool";

export interface ChefAutoScalingGroupArgs extends ChefConvergence, LaunchSettings, GroupSettings {
  /** Name of the Auto Scaling Group in AWS; nodes are called `<groupName>-<instance id>`. Changing it replaces the group. */
  readonly groupName: string;
  /** The Chef server, and the two clients of it that the group uses. */
  readonly chef: ChefConnection;
  /** Instances: at least, at most, and to begin with. */
  readonly capacity: Capacity;
  /** Policies with their alarms, targets and schedules, in any mix. @default none, the group keeps its size */
  readonly scaling?: Scaling;
  /** Where launches and terminations are announced. @default a topic, a queue and a dead-letter queue of its own */
  readonly notifications?: NotificationSettings;
  /** Alarms on the reaper and a dashboard. @default alarms without actions, no dashboard */
  readonly observation?: ObservationSettings;
  /** How nodes of terminated instances leave the Chef server. */
  readonly reaper?: ReaperArgs;
  /** What happens to the group's nodes and clients on destroy. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Tags of the group and its instances, and of their volumes where they come from a launch template. @default none */
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
  /** ARN of the permissions boundary of every role. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /**
   * What more each resource in AWS shall have, in the words of Pulumi's AWS provider, which checks it: `passOn: { launchTemplate: { ebsOptimized:
   * "true" } }`. What the group decides, checks or wires is refused, by the name of the argument for it. @default nothing
   */
  readonly passOn?: PassOn<GroupResource>;
}

/** What an instance is launched with. */
interface LaunchSettings {
  /** Image the instances boot from; a `ChefImage`'s or any other with cloud-init, the aws CLI and chef-client. */
  readonly imageId: pulumi.Input<string>;
  /** Type of the instances. A plain string, because a policy compares it with the bake's at the first preview. */
  readonly instanceType: string;
  /** Several types, on demand and spot. Needs a launch template. @default `instanceType` alone, on demand */
  readonly mixedInstances?: MixedInstances;
  /** What the group launches from. `configuration` is for accounts that still may create them. @default "template" */
  readonly launch?: "template" | "configuration";
  /**
   * A launch template that is there already, of which the group's own takes over what `passOn.launchTemplate` could say, such as placement, CPU options or a capacity
   * reservation; what `passOn` says wins. What the group decides is not taken, and a preview names it with the argument for it. Read at each preview and update, the latest
   * version alone, since the provider reads no other; a new version of it that says something else rolls the group. Needs a launch template. @default none
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_launch_template_data_source.go
   */
  readonly baseTemplate?: BaseTemplate;
  /** Security groups of the instances. Excludes `ingress`. @default one that lets everything out and in what `ingress` says */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** What is let in to the instances. Excludes `securityGroupIds`. @default nothing */
  readonly ingress?: readonly IngressRule[];
  /** EC2 key pair. @default none */
  readonly keyName?: pulumi.Input<string>;
  /** Whether instances get a public IPv4 address. @default false */
  readonly publicAddress?: boolean;
  /** Lets operators open a shell through SSM Session Manager; the instance may do nothing else with Systems Manager. @default false */
  readonly sessionManager?: boolean;
  /** Permissions of the instances' own and what else they are launched with. @default none, a role that reads the validator's key alone */
  readonly instance?: Instance;
  /** The volume they boot from, encrypted always. @default the image's size, gp3 */
  readonly rootVolume?: RootVolume;
  /**
   * Whether CloudWatch gets the instances' metrics every minute, which costs per instance and metric, or every five. Alarms
   * with a shorter `periodSeconds` then wait for data that comes late.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
   */
  readonly detailedMonitoring?: boolean;
}

/** Healthy share of the group while AWS replaces instances of its own accord. */
export interface Maintenance {
  /** In percent of the desired capacity, 0 to 100. */
  readonly minHealthyPercentage: number;
  /** In percent of the desired capacity, 100 to 200. */
  readonly maxHealthyPercentage: number;
}

/** How the group treats its instances. */
interface GroupSettings {
  /** Subnets to launch in. Excludes `availabilityZones`. @default none */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Zones of the default VPC to launch in. Excludes `subnetIds`. @default none */
  readonly availabilityZones?: pulumi.Input<pulumi.Input<string>[]>;
  /** What tells a healthy instance. @default EC2's own checks, after 300 seconds */
  readonly health?: Health;
  /** Target groups of load balancers that the instances are registered with. Excludes `trafficSources`. @default none */
  readonly targetGroupArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of Classic Load Balancers that the instances are registered with. Excludes `trafficSources`. @default none */
  readonly loadBalancerNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whatever sends requests, target groups of VPC Lattice too. Excludes `targetGroupArns` and `loadBalancerNames`. @default none */
  readonly trafficSources?: readonly TrafficSource[];
  /** Which instance goes first on scale-in. @default ["Default"] */
  readonly terminationPolicies?: readonly TerminationPolicy[];
  /** Seconds after which an instance is replaced, 86,400 to 31,536,000, or 0 for never. @default 0 */
  readonly maximumInstanceLifetimeSeconds?: number;
  /** Healthy share while AWS replaces instances of its own accord. @default AWS's behavior for each event */
  readonly maintenance?: Maintenance;
  /** Replaces spot instances that are at risk before they are taken. @default false */
  readonly capacityRebalance?: boolean;
  /** Protects new instances from scale-in; something else must then lift the protection. @default false */
  readonly protectFromScaleIn?: boolean;
  /** Processes that Auto Scaling leaves alone for now. @default none */
  readonly suspendedProcesses?: readonly SuspendedProcess[];
  /** Seconds until a new instance counts, wherever nothing else is said. @default AWS's own */
  readonly defaultInstanceWarmupSeconds?: number;
  /** Instances that are prepared beforehand and wait. @default none */
  readonly warmPool?: WarmPool;
  /** Points at which an instance waits on its way in or out. @default it waits before it goes into service */
  readonly hooks?: LifecycleHooks;
  /** What becomes of an instance whose first boot failed. @default "replace" */
  readonly onFailedBoot?: OnFailedBoot;
  /** How a changed image reaches running instances. @default an instance refresh that launches each new one before it ends an old one */
  readonly rollout?: Rollout;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html */
export type TerminationPolicy =
  | "Default"
  | "AllocationStrategy"
  | "OldestLaunchTemplate"
  | "OldestLaunchConfiguration"
  | "ClosestToNextInstanceHour"
  | "NewestInstance"
  | "OldestInstance";

export const TERMINATION_POLICIES = [
  "Default",
  "AllocationStrategy",
  "OldestLaunchTemplate",
  "OldestLaunchConfiguration",
  "ClosestToNextInstanceHour",
  "NewestInstance",
  "OldestInstance",
] as const satisfies readonly TerminationPolicy[];

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export type SuspendedProcess =
  | "Launch"
  | "Terminate"
  | "AddToLoadBalancer"
  | "AlarmNotification"
  | "AZRebalance"
  | "HealthCheck"
  | "InstanceRefresh"
  | "ReplaceUnhealthy"
  | "ScheduledActions";

export const SUSPENDED_PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
] as const satisfies readonly SuspendedProcess[];
