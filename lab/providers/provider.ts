import type { Properties } from "./values";

/** An error in the inputs of a resource. */
export interface CheckFailure {
  /** The property with the error; empty if it concerns the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

/** What changed inputs mean for an existing resource. */
export interface Diff {
  /** Top-level properties that changed. */
  readonly changed: string[];
  /** Changed properties that cannot be updated in place. */
  readonly replaces: string[];
  /** Whether the old resource must be deleted before the new one can be created. */
  readonly deleteBeforeReplace: boolean;
}

/** Logs one line for people. Lines with `status` report progress and need not be kept. */
export type Log = (line: string, severity?: "info" | "warning" | "error", status?: boolean) => void;

interface Target {
  readonly urn: string;
  /** Type token such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly log: Log;
}

export interface CheckRequest extends Target {
  /** Inputs of the existing resource, if there is one. */
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
  /** If true, nothing is created; outputs that only a creation can determine are unknown. */
  readonly preview: boolean;
}

export interface UpdateRequest extends DiffRequest {
  readonly preview: boolean;
}

export interface ReadRequest extends Target {
  readonly id: string;
  /** Empty if the resource is read by its id only. */
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface DeleteRequest extends Target {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** From the resource option `customTimeouts`. @default the provider's own limit */
  readonly timeoutSeconds?: number;
}

/** A resource as it currently exists. */
export interface Reading {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * A provider of the lab, independent of the wire format. Values contain no secret markers, because the host removes them before a call and
 * restores them afterwards; in a preview they may be `UNKNOWN`. Two hosts use it: the Pulumi CLI through gRPC, the lab's engine directly.
 */
export interface Provider {
  readonly name: string;
  readonly version: string;
  /** Whether a single secret input makes every output secret. */
  readonly spreadsSecrets: boolean;
  /** Sets the provider's configuration. @throws if a key is unknown */
  configure(config: Properties): Promise<void>;
  check(request: CheckRequest): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  diff(request: DiffRequest): Promise<Diff>;
  create(request: CreateRequest): Promise<{ id: string; outputs: Properties }>;
  update(request: UpdateRequest): Promise<Properties>;
  /** Undefined if the resource does not exist. */
  read(request: ReadRequest): Promise<Reading | undefined>;
  /** Succeeds if the resource does not exist. */
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
}
