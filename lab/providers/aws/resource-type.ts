import type { Log } from "../provider";
import type { Properties } from "../values";
import type { Clients } from "./clients";
import type { Shape } from "./shape";

/** What a table entry works with when it calls AWS. */
export interface Call {
  readonly clients: Clients;
  readonly region: string;
  /** The provider's own, which it gives to every resource that has tags. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** A change of a resource that exists. */
export interface Change {
  readonly id: string;
  readonly inputs: Properties;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  /** Tells whether one of these inputs changed. */
  changed(...keys: string[]): boolean;
}

/** How a resource gets its name when the program gives none: `<logical name>-<7 hex digits>`, as @pulumi/aws does. */
export interface AutomaticName {
  /** @default "name" */
  readonly key?: string;
  /** What AWS wants at the end of the name, such as `.fifo`. */
  readonly suffix?: (inputs: Properties) => string;
}

/** One resource type of the lab's `aws` provider. */
export interface ResourceType {
  /** The inputs it knows; any other is an error that names it. */
  readonly inputs: Shape;
  /** Inputs that must be given. */
  readonly required?: readonly string[];
  /** Values of inputs that the program leaves out, where AWS or @pulumi/aws has a default. */
  readonly defaults?: Properties;
  /** Inputs that cannot be changed in place. */
  readonly replaces?: readonly string[];
  readonly automaticName?: AutomaticName;
  /** Outputs that only AWS can tell: unknown while a creation is previewed. */
  readonly computed: readonly string[];
  /** Outputs that an update of these inputs changes: unknown while the update is previewed. @default none */
  recomputed?(changed: readonly string[]): readonly string[];
  /** Creates the resource and tells its id. */
  create(call: Call, inputs: Properties): Promise<string>;
  /** Outputs as AWS tells them; undefined when the resource is gone. */
  read(call: Call, id: string, inputs: Properties): Promise<Properties | undefined>;
  /** Absent: every known input is in `replaces`. */
  update?(call: Call, change: Change): Promise<void>;
  /** A resource that is gone already counts as deleted. */
  delete(call: Call, id: string, outputs: Properties): Promise<void>;
}

/** The table: type token to entry. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;
