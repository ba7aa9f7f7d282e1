/** What a Rollout keeps in the state: which version the group shall run and how it gets there. No secret, only names. */
export interface RolloutState {
  readonly groupName: string;
  readonly region: string;
  /** Profile of the AWS credentials, where the program's configuration names one. */
  readonly profile?: string;
  /** What the group launches from: a template, or a configuration. */
  readonly templateId?: string;
  /** Version of the template, as a number in text. */
  readonly version?: string;
  readonly configurationName?: string;
  /** As AWS's API takes it, without the first template, which stands above. */
  readonly mixedInstances?: MixedInstancesSettings;
  readonly preferences: RefreshSettings;
  /** Instances that must be in service when an update ends. */
  readonly minSize: number;
  readonly wait: boolean;
  /** New instances that may fail before the rollout is stopped. */
  readonly failuresAllowed: number;
  readonly timeoutSeconds: number;
  /** The launch hook in which an instance stays whose first boot failed; undefined where it is replaced. */
  readonly keptIn?: string;
  /** What instances that end as they start mean. */
  readonly keyHint: string;
  /** The version that the group had saved when the last update ended: another than `version` where both hold the same. */
  readonly savedVersion?: string;
  /** The same of the templates that overrides have of their own, by their ids. */
  readonly savedVersions?: Readonly<Record<string, string>>;
  /** Version of the package that wrote this. */
  readonly packageVersion: string;
  /** The built operations.ts, as that version's program found it. */
  readonly program: string;
}

/** A mixed instances policy but for its first template. */
export interface MixedInstancesSettings {
  readonly InstancesDistribution: Readonly<Record<string, string | number>>;
  readonly Overrides: readonly OverrideSettings[];
}

export interface OverrideSettings {
  readonly InstanceType?: string;
  /** What types must have, under the names of AWS's API. */
  readonly InstanceRequirements?: Readonly<Record<string, unknown>>;
  readonly WeightedCapacity?: string;
  /** A template of its own, with another image. */
  readonly LaunchTemplateSpecification?: {
    readonly LaunchTemplateId: string;
    /** For whoever reviews a preview, which knows no id yet. */
    readonly LaunchTemplateName: string;
    readonly Version: string;
  };
}

/** Preferences of an instance refresh, under AWS's names. */
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
