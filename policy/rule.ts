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

/** What a reader is told of a rule, apart from what it finds. */
export interface About {
  readonly name: string;
  /** One line: what must hold, and why. */
  readonly description: string;
  readonly severity: Severity;
  /** Where nobody configures another. */
  readonly enforcementLevel: EnforcementLevel;
  readonly url: string;
  readonly remediationSteps: string;
  /** Ids of checkov's checks that ask for the same. @default none */
  readonly checkov?: readonly string[];
  /** @default nothing to configure */
  readonly configSchema?: PolicyConfigSchema;
}

/** Properties of a resource with which to call it by name. */
export type Subject = Pick<PolicyResource, "name" | "type" | "urn" | "props">;

/** Reports one finding: what was found at this resource, and how to mend it. */
export type Say = (subject: Subject, found: string, mend: string) => void;

/** A rule's configuration, with defaults. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Mends one resource where that is safe, and says whether it did. It sets values in place, for a copy would touch the
 * properties that are not known yet, and through `read`, which opens secrets.
 */
export type Mend = (props: Parameters<ResourceRemediation>[0]["props"], settings: Settings, type: string) => boolean;

/** A rule that judges one resource by itself; it holds before anything is created. */
export function resourceRule(
  about: About,
  types: readonly string[],
  check: (subject: Subject, say: Say, settings: Settings) => void,
  mend?: Mend,
): ResourceValidationPolicy {
  const validate: ResourceValidationPolicy["validateResource"] = (args, report) => {
    if (types.includes(args.type)) check(args, sayTo(report), settingsOf(about, args.getConfig()));
  };
  return {
    ...shown(about),
    validateResource: onlyFor(types, validate),
    ...(mend && { remediateResource: onlyFor(types, remediation(about, types, mend)) }),
  };
}

function remediation(about: About, types: readonly string[], mend: Mend): ResourceRemediation {
  return ({ type, props, getConfig }) =>
    types.includes(type) && mend(props, settingsOf(about, getConfig()), type) ? props : undefined;
}

/**
 * A rule that judges resources by what they have to do with each other.
 *
 * @param types the rule is not asked where the stack has no resource of any of them
 */
export function stackRule(
  about: About,
  types: readonly string[],
  check: (graph: Graph, say: Say, settings: Settings) => void | Promise<void>,
): StackValidationPolicy {
  const validate: StackValidationPolicy["validateStack"] = (args, report) => {
    if (!args.resources.some(({ type }) => types.includes(type))) return undefined;
    return check(graphOf(args.resources), sayTo(report), settingsOf(about, args.getConfig()));
  };
  return { ...shown(about), validateStack: onlyFor(types, validate) };
}

function shown({ checkov = [], configSchema, ...about }: About) {
  return { ...about, tags: [...checkov], ...(configSchema && { configSchema }) };
}

/** The SDK skips a function that is marked with another type, before it reads a single property. */
function onlyFor<F extends object>(types: readonly string[], validate: F): F {
  return types.length === 1 ? Object.assign(validate, { __pulumiType: types[0] }) : validate;
}

function sayTo(report: ReportViolation): Say {
  return (subject, found, mend) => report(`'${subject.name}' ${found}; ${mend}`, subject.urn);
}

/** The CLI fills in defaults, other engines may not. */
function settingsOf({ configSchema }: About, configured: Settings): Settings {
  const defaults = Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [key, schema.default]);
  return { ...Object.fromEntries(defaults), ...configured };
}
