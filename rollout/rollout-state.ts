/** The state of a Rollout: which version the group should run and how to get there. No secrets, only names. */
export interface RolloutState {
  readonly groupName: string;
  readonly region: string;
  /** Of the group; undefined in the state of an earlier version. */
  readonly accountId?: string;
  /** Profile of the AWS credentials, if the program's configuration sets one. */
  readonly profile?: string;
  /** What the group launches from: a template, or a configuration. */
  readonly templateId?: string;
  /** Version of the template, a number as a string. */
  readonly version?: string;
  readonly configurationName?: string;
  /** In the format of AWS's API, without the first template, which is given above. */
  readonly mixedInstances?: MixedInstancesSettings;
  readonly preferences: RefreshSettings;
  /** Instances that must be in service when an update ends. */
  readonly minSize: number;
  readonly wait: boolean;
  /** New instances that may fail before the rollout is stopped. */
  readonly failuresAllowed: number;
  readonly timeoutSeconds: number;
  /** The launch hook in which an instance is kept if its first boot failed; undefined if it is replaced. */
  readonly keptIn?: string;
  /** Target groups and load balancers that the program names; undefined if it names none, which leaves what is attached. */
  readonly attached?: readonly string[];
  /** Explanation of instances that terminate as they start. */
  readonly keyHint: string;
  /** The version that was saved on the group at the end of the last update: it differs from `version` if both are identical. */
  readonly savedVersion?: string;
  /** The same for the templates that overrides name, by id. */
  readonly savedVersions?: Readonly<Record<string, string>>;
  /** Newest instance refresh of the group at the end of the last update. */
  readonly refreshId?: string;
  /**
   * Found by a refresh: the group has another policy, or instances in service are of another configuration than the saved one. The next
   * update ends that.
   */
  readonly unfinished?: boolean;
  /** Version of the package that wrote this. */
  readonly packageVersion: string;
  /** Path of the built operations.ts, as found by that version's program. */
  readonly program: string;
}

/** A mixed instances policy without its first template. */
export interface MixedInstancesSettings {
  readonly InstancesDistribution: Readonly<Record<string, string | number>>;
  readonly Overrides: readonly OverrideSettings[];
}

export interface OverrideSettings {
  readonly InstanceType?: string;
  /** Instance requirements, under the names of AWS's API. */
  readonly InstanceRequirements?: Readonly<Record<string, unknown>>;
  readonly WeightedCapacity?: string;
  /** Its own template, with another image. */
  readonly LaunchTemplateSpecification?: {
    readonly LaunchTemplateId: string;
    /** For reviews of a preview, in which the id is not known yet. */
    readonly LaunchTemplateName: string;
    readonly Version: string;
  };
}

/** Preferences of an instance refresh, with AWS's names. */
export interface RefreshSettings {
  readonly MinHealthyPercentage: number;
  readonly MaxHealthyPercentage?: number;
  readonly InstanceWarmup?: number;
  readonly CheckpointPercentages?: readonly number[];
  readonly CheckpointDelay?: number;
  readonly AlarmNames?: readonly string[];
  readonly AutoRollback: boolean;
  readonly SkipMatching: boolean;
  readonly ScaleInProtectedInstances: "Ignore" | "Refresh" | "Wait";
  readonly StandbyInstances: "Ignore" | "Terminate" | "Wait";
}
