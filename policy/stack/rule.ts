import type {
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyResource,
  ReportViolation,
  ResourceRemediation,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Graph, graphOf } from "./graph";
import { isUnknown } from "./known";
import { asStated, remember } from "./stated";
import { leaveUnjudged } from "./unjudged";

/** The description of a rule. */
export interface About {
  readonly name: string;
  /** One line: what must be true, and why. */
  readonly description: string;
  readonly severity: Severity;
  /** The default level. */
  readonly enforcementLevel: EnforcementLevel;
  readonly url: string;
  readonly remediationSteps: string;
  /** Ids of checkov's checks that it covers. @default none */
  readonly checkov?: readonly string[];
  /** @default nothing to configure */
  readonly configSchema?: PolicyConfigSchema;
}

/** Properties of a resource that identify it in messages. */
export type Subject = Pick<PolicyResource, "name" | "type" | "urn" | "props">;

export interface Say {
  /**
   * Reports one finding: what was found at this resource, and how to fix it. One that is not `certain` is only advisory, whatever the
   * rule's level, unless its `strict` setting is on.
   */
  (subject: Subject, found: string, fix: string, certain?: boolean): void;
  /** Records a property that the rule would check but that is unknown before the update, for properties-known. */
  readonly cannotKnow: (subject: Pick<Subject, "name" | "urn">, property: string) => void;
  /** The same of each of these of its properties that is not known. */
  readonly ifUnknown: (subject: Subject, ...properties: readonly string[]) => void;
}

/** A rule's configuration, with defaults. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Fixes one resource if that is safe, and returns whether it did. It sets values in place, since a copy would read unknown properties, and
 * uses `read`, which unwraps secrets.
 */
export type Remedy = (props: Parameters<ResourceRemediation>[0]["props"], settings: Settings, type: string) => boolean;

/** A rule that checks single resources, before anything is created. */
export function resourceRule(
  about: About,
  types: readonly string[],
  check: (subject: Subject, say: Say, settings: Settings) => void,
  remedy?: Remedy,
): ResourceValidationPolicy {
  const validate: ResourceValidationPolicy["validateResource"] = (args, report) => {
    if (!types.includes(args.type)) return;
    const settings = settingsOf(about, args.getConfig());
    check(args, sayTo(about, report, settings), settings);
  };
  return {
    ...shown(about),
    validateResource: onlyFor(types, validate),
    ...(remedy && { remediateResource: onlyFor(types, remediation(about, types, remedy)) }),
  };
}

function remediation(about: About, types: readonly string[] | "all", remedy: Remedy): ResourceRemediation {
  return ({ type, props, getConfig }) =>
    (types === "all" || types.includes(type)) && remedy(props, settingsOf(about, getConfig()), type)
      ? props
      : undefined;
}

/**
 * A rule that checks resources together with their relations, by their inputs.
 *
 * @param types the rule is skipped if the stack has no resource of these types
 */
export function stackRule(
  about: About,
  types: readonly string[] | "all",
  check: (graph: Graph, say: Say, settings: Settings) => void | Promise<void>,
  remedy?: Remedy,
): StackRule {
  const validate: StackValidationPolicy["validateStack"] = (args, report) => {
    if (types !== "all" && !args.resources.some(({ type }) => types.includes(type))) return undefined;
    const settings = settingsOf(about, args.getConfig());
    return check(graphOf(asStated(args.resources)), sayTo(about, report, settings), settings);
  };
  return {
    ...shown(about),
    validateStack: onlyFor(types, validate),
    validateResource: remember,
    ...(remedy && { remediateResource: onlyFor(types, remediation(about, types, remedy)) }),
  };
}

/** It sees each resource first, to record its inputs, and then checks the stack. */
export type StackRule = StackValidationPolicy &
  Pick<ResourceValidationPolicy, "validateResource" | "remediateResource">;

/** A setting that lists names, by default none. */
export function listOf(description: string, items: { readonly pattern?: string } = {}) {
  return { type: "array" as const, items: { type: "string" as const, ...items }, default: [], description };
}

/** The setting of rules whose findings AWS or the account's settings could still resolve. */
export const STRICT = {
  type: "boolean" as const,
  default: false,
  description: "also fail if only the image, the account or AWS itself could provide what is missing",
};

function shown({ checkov = [], configSchema, ...about }: About) {
  return { ...about, tags: [...checkov], ...(configSchema && { configSchema }) };
}

/** The SDK skips a function that is registered for another type, before it reads a property. */
function onlyFor<F extends object>(types: readonly string[] | "all", validate: F): F {
  return types !== "all" && types.length === 1 ? Object.assign(validate, { __pulumiType: types[0] }) : validate;
}

/** The SDK's form of a finding with another level than its rule's, which its types lack. */
type ReportWithLevel = (finding: { message: string; urn: string; enforcementLevel: EnforcementLevel }) => void;

function sayTo({ name, description }: About, report: ReportViolation, { strict }: Settings): Say {
  const say = (subject: Subject, found: string, fix: string, certain = true) => {
    const message = `'${subject.name}' ${found}; ${fix}`;
    if (certain || strict === true) return report(message, subject.urn);
    (report as unknown as ReportWithLevel)({
      message: `${description}\n${message}`,
      urn: subject.urn,
      enforcementLevel: "advisory",
    });
  };
  const cannotKnow: Say["cannotKnow"] = (subject, property) => leaveUnjudged({ rule: name, subject, property });
  const ifUnknown: Say["ifUnknown"] = (subject, ...properties) => {
    for (const property of properties) if (isUnknown(subject.props, property)) cannotKnow(subject, property);
  };
  return Object.assign(say, { cannotKnow, ifUnknown });
}

/** The CLI fills in defaults, other engines may not. */
function settingsOf({ configSchema }: About, configured: Settings): Settings {
  const defaults = Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [key, schema.default]);
  return { ...Object.fromEntries(defaults), ...configured };
}
