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
  /** Name of the Auto Scaling group in AWS. Nodes are named `<groupName>-<instance id>`. Changing it replaces the group. */
  readonly groupName: string;
  /** The Chef server and the two clients that the group uses. */
  readonly chef: ChefConnection;
  /** Minimum, maximum and initial number of instances. */
  readonly capacity: Capacity;
  /** Scaling policies with their alarms, targets and schedules, in any combination. @default none, the group keeps its size */
  readonly scaling?: Scaling;
  /** Where notifications of launches and terminations are sent. @default a topic, a queue and a dead-letter queue are created */
  readonly notifications?: NotificationSettings;
  /** Alarms for the group and its reaper, and a dashboard. @default alarms without actions, no dashboard */
  readonly observation?: ObservationSettings;
  /** How nodes of terminated instances are removed from the Chef server. */
  readonly reaper?: ReaperArgs;
  /** Whether destroy removes the group's nodes and clients from the Chef server or keeps them. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Tags of the group and its instances, and with a launch template also of their volumes and network interfaces. @default none */
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
  /** ARN of the permissions boundary for every role that is created. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /**
   * Additional properties for the AWS resources, named and checked as by Pulumi's AWS provider: `passOn: { launchTemplate: { ebsOptimized:
   * "true" } }`. Properties that the group sets or checks itself are refused, and the error names the argument to use instead. @default
   * nothing
   */
  readonly passOn?: PassOn<GroupResource>;
}

/** How instances are launched. */
interface LaunchSettings {
  /** Image that the instances launch from: of a `ChefImage`, or any other with cloud-init, the AWS CLI and chef-client. */
  readonly imageId: pulumi.Input<string>;
  /** Type of the instances. A plain string, because a policy compares it with the bake's type on the first preview. */
  readonly instanceType: string;
  /** Several instance types, On-Demand and Spot. Needs a launch template. @default only `instanceType`, On-Demand */
  readonly mixedInstances?: MixedInstances;
  /**
   * Whether the group uses a launch template or a launch configuration. `configuration` is only for accounts that may still create launch
   * configurations. @default "template"
   */
  readonly launch?: "template" | "configuration";
  /**
   * An existing launch template. The group's own template copies the settings that `passOn.launchTemplate` can set, such as placement, CPU
   * options or a capacity reservation; `passOn` takes precedence. Settings that the group makes itself are not copied; a preview lists them
   * with the corresponding argument. The latest version is read at each preview and update, because the provider reads no other; a new
   * version that changes these settings starts a rollout. Requires a launch template. @default none
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_launch_template_data_source.go
   */
  readonly baseTemplate?: BaseTemplate;
  /**
   * Security groups of the instances. Excludes `ingress`. @default a new one, which allows all outbound traffic and the inbound traffic of
   * `ingress`
   */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Inbound traffic that the instances accept. Excludes `securityGroupIds`. @default none */
  readonly ingress?: readonly IngressRule[];
  /** EC2 key pair. @default none */
  readonly keyName?: pulumi.Input<string>;
  /** Whether instances get a public IPv4 address. @default false */
  readonly publicAddress?: boolean;
  /**
   * Allows operators to open a shell through SSM Session Manager. The instances get no other permissions for Systems Manager. @default
   * false
   */
  readonly sessionManager?: boolean;
  /**
   * Additional permissions, user data, volumes, metadata and network settings of the instances. @default none; the role may only read the
   * validator's key and complete the launch hook
   */
  readonly instance?: Instance;
  /** Root volume of the instances; always encrypted. @default the image's size, gp3 */
  readonly rootVolume?: RootVolume;
  /**
   * Whether CloudWatch gets the instances' metrics every minute, which is charged per instance and metric, or every five minutes. With
   * `false`, alarms with a shorter `periodSeconds` have to wait for their data.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
   */
  readonly detailedMonitoring?: boolean;
}

/** How many instances stay healthy while AWS replaces instances on its own. */
export interface Maintenance {
  /** In percent of the desired capacity, 0 to 100. */
  readonly minHealthyPercentage: number;
  /** In percent of the desired capacity, 100 to 200. */
  readonly maxHealthyPercentage: number;
}

/** How the group manages its instances. */
interface GroupSettings {
  /** Subnets to launch instances in. Excludes `availabilityZones`. @default none */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Availability zones of the default VPC to launch instances in. Excludes `subnetIds`. @default none */
  readonly availabilityZones?: pulumi.Input<pulumi.Input<string>[]>;
  /** Which health checks decide that an instance is replaced. @default EC2's own checks, after 300 seconds */
  readonly health?: Health;
  /**
   * Target groups of load balancers that the instances are registered with. An empty list detaches the last one; leaving it out would not.
   * Excludes `trafficSources`. @default none
   */
  readonly targetGroupArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of Classic Load Balancers that the instances are registered with. Excludes `trafficSources`. @default none */
  readonly loadBalancerNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Any sources of traffic, including VPC Lattice target groups. Excludes `targetGroupArns` and `loadBalancerNames`. @default none */
  readonly trafficSources?: readonly TrafficSource[];
  /** Which instances are terminated first on scale-in. @default ["Default"] */
  readonly terminationPolicies?: readonly TerminationPolicy[];
  /** Seconds after which an instance is replaced, 86,400 to 31,536,000, or 0 for never. @default 0 */
  readonly maximumInstanceLifetimeSeconds?: number;
  /** How many instances stay healthy while AWS replaces instances on its own. @default AWS's behavior for each event */
  readonly maintenance?: Maintenance;
  /** Whether AWS replaces Spot Instances that are at risk of interruption before they are interrupted. @default false */
  readonly capacityRebalance?: boolean;
  /** Whether new instances are protected from scale-in; something else must then remove the protection. @default false */
  readonly protectFromScaleIn?: boolean;
  /** Auto Scaling processes that are suspended. @default none */
  readonly suspendedProcesses?: readonly SuspendedProcess[];
  /** Seconds until a new instance counts as warmed up, unless a rule or a rollout sets its own value. @default AWS's own */
  readonly defaultInstanceWarmupSeconds?: number;
  /** Instances that are launched and converged in advance, and wait to be used. @default none */
  readonly warmPool?: WarmPool;
  /**
   * Lifecycle hooks, in which an instance waits before it goes into service or is terminated. @default a launch hook, which holds an
   * instance until it has converged
   */
  readonly hooks?: LifecycleHooks;
  /** What happens to an instance whose first boot failed. @default "replace" */
  readonly onFailedBoot?: OnFailedBoot;
  /**
   * How a changed image reaches running instances. @default an instance refresh that launches each new instance before it terminates an old
   * one
   */
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
