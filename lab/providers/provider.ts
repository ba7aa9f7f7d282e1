import type { Properties } from "./values";

/** One mistake in the inputs of a resource. */
export interface CheckFailure {
  /** The property at fault; empty when the resource as a whole is. */
  readonly property: string;
  readonly reason: string;
}

/** What a change of inputs means for a resource that exists. */
export interface Diff {
  /** Top-level properties that changed. */
  readonly changed: string[];
  /** Those among them that cannot be changed in place. */
  readonly replaces: string[];
  /** The old resource must be gone before the new one can exist. */
  readonly deleteBeforeReplace: boolean;
}

/** Writes one line for the person who watches; `status` lines are progress, the others are kept. */
export type Log = (line: string, severity?: "info" | "warning" | "error", status?: boolean) => void;

interface Target {
  readonly urn: string;
  /** Type token such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly log: Log;
}

export interface CheckRequest extends Target {
  /** Inputs of the resource as it stands, when there is one. */
  readonly oldInputs?: Properties;
  readonly inputs: Properties;
}

export interface DiffRequest extends Target {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly inputs: Properties;
}

export interface CreateRequest extends Target {
  readonly inputs: Properties;
  /** True: do nothing, foretell the outputs, with the unknown where only the deed can tell. */
  readonly preview: boolean;
}

export interface UpdateRequest extends DiffRequest {
  readonly preview: boolean;
}

export interface ReadRequest extends Target {
  readonly id: string;
  /** Empty when the resource is looked up by its id alone. */
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface DeleteRequest extends Target {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A resource as it really is. */
export interface Reading {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * What the lab's providers do, told without a wire format. Values carry no secret markers (the host takes them off and
 * puts them back), and may be `UNKNOWN` while previewing. Two hosts call it: gRPC for the Pulumi CLI, the lab's engine directly.
 */
export interface Provider {
  readonly name: string;
  readonly version: string;
  /** True: one secret input makes every output secret. */
  readonly spreadsSecrets: boolean;
  /** Takes the provider's configuration. Errors: an unknown key, by name. */
  configure(config: Properties): Promise<void>;
  check(request: CheckRequest): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  diff(request: DiffRequest): Promise<Diff>;
  create(request: CreateRequest): Promise<{ id: string; outputs: Properties }>;
  update(request: UpdateRequest): Promise<Properties>;
  /** Undefined when the resource is gone. */
  read(request: ReadRequest): Promise<Reading | undefined>;
  /** A resource that is gone already counts as deleted. */
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
}
