import type { Log } from "../provider";
import type { Properties } from "../values";
import type { Clients } from "./clients";
import type { Shape } from "./shape";

/** What a table entry needs for its calls to AWS. */
export interface Call {
  readonly clients: Clients;
  readonly region: string;
  /** The provider's default tags, which it adds to every resource that supports tags. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** A change of an existing resource. */
export interface Change {
  readonly id: string;
  readonly inputs: Properties;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  /** Whether one of these inputs changed. */
  changed(...keys: string[]): boolean;
}

/** How a resource without a name gets one: `<logical name>-<7 hex digits>`, as in @pulumi/aws. */
export interface AutomaticName {
  /** @default "name" */
  readonly key?: string;
  /** The suffix that AWS requires, such as `.fifo`. */
  readonly suffix?: (inputs: Properties) => string;
}

/** One resource type of the lab's `aws` provider. */
export interface ResourceType {
  /** Supported inputs; any other is an error that names it. */
  readonly inputs: Shape;
  /** Required inputs. */
  readonly required?: readonly string[];
  /** Default values of AWS or @pulumi/aws for inputs that the program does not set. */
  readonly defaults?: Properties;
  /** Inputs whose change replaces the resource. */
  readonly replaces?: readonly string[];
  readonly automaticName?: AutomaticName;
  /** Outputs that only AWS knows, which are unknown in the preview of a creation. */
  readonly computed: readonly string[];
  /** Outputs that change with these inputs, which are unknown in the preview of an update. @default none */
  recomputed?(changed: readonly string[]): readonly string[];
  /** Creates the resource and returns its id. */
  create(call: Call, inputs: Properties): Promise<string>;
  /** Outputs that AWS reports; undefined if the resource does not exist. */
  read(call: Call, id: string, inputs: Properties): Promise<Properties | undefined>;
  /** Missing if every supported input is in `replaces`. */
  update?(call: Call, change: Change): Promise<void>;
  /** Succeeds if the resource does not exist. @param timeoutSeconds from `customTimeouts` */
  delete(call: Call, id: string, outputs: Properties, timeoutSeconds?: number): Promise<void>;
}

/** Entries by type token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;
