import type * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "../chef-connection";
import type { Scaling } from "../scaling";
import type { RootVolume } from "./launch";
import type { ChefConvergence } from "./user-data";

export interface ChefAutoScalingGroupArgs extends ChefConvergence {
  /** Name of the Auto Scaling Group in AWS; nodes are called `<groupName>-<instance id>`. Changing it replaces the group. */
  readonly groupName: string;
  /** Image the instances boot from; a `ChefImage`'s or any other with cloud-init, the aws CLI and chef-client. */
  readonly imageId: pulumi.Input<string>;
  /** Type of the instances. A plain string, because a policy compares it with the bake's at the first preview. */
  readonly instanceType: string;
  readonly chef: ChefConnection;
  /** Instances: at least, at most, and to begin with. What scaling made of `desired` is never reset. */
  readonly capacity: { readonly min: number; readonly max: number; readonly desired?: number };
  /** Subnets to launch in. Excludes `availabilityZones`. @default none */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Zones of the default VPC to launch in. Excludes `subnetIds`. @default none */
  readonly availabilityZones?: pulumi.Input<pulumi.Input<string>[]>;
  /** @default one that lets everything out and nothing in */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** What the group launches from. `configuration` is for accounts that still may create them. @default "template" */
  readonly launch?: "template" | "configuration";
  /** EC2 key pair. @default none */
  readonly keyName?: pulumi.Input<string>;
  /** @default false */
  readonly publicAddress?: boolean;
  /** Lets operators open a shell through SSM Session Manager. @default false */
  readonly sessionManager?: boolean;
  /** @default the image's size, encrypted gp3 */
  readonly rootVolume?: RootVolume;
  /** Policies with their alarms, targets and schedules, in any mix. @default none, the group keeps its size */
  readonly scaling?: Scaling;
  /** How a changed image reaches running instances: at least this share of the group stays healthy. @default 90 % */
  readonly rollout?: { readonly minHealthyPercentage?: number; readonly instanceWarmupSeconds?: number };
  /** How nodes of terminated instances leave the Chef server. */
  readonly reaper?: ReaperArgs;
  /** What happens to the group's nodes and clients on destroy. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Tags of the group, its instances and volumes. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the permissions boundary of every role. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}

export interface ReaperArgs {
  /** `lambda` deploys the function; `worker` only the queue, for a worker process that you run. @default "lambda" */
  readonly mode?: "lambda" | "worker";
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Seconds during which an unknown node is looked for again. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** @default false */
  readonly dryRun?: boolean;
  /** Most invocations at a time. @default 5 */
  readonly maximumConcurrency?: number;
}
