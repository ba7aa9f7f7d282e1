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

export interface Say {
  /**
   * Reports one finding: what was found at this resource, and how to fix it. One that is not `certain` only advises, whatever the rule's
   * level, unless its `strict` setting asks for more.
   */
  (subject: Subject, found: string, fix: string, certain?: boolean): void;
  /** Notes a property that the rule would judge and that nobody knows before the update; properties-known tells of it. */
  readonly cannotKnow: (subject: Pick<Subject, "name" | "urn">, property: string) => void;
  /** The same of each of these of its properties that is not known. */
  readonly ifUnknown: (subject: Subject, ...properties: readonly string[]) => void;
}

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
    if (!types.includes(args.type)) return;
    const settings = settingsOf(about, args.getConfig());
    check(args, sayTo(about, report, settings), settings);
  };
  return {
    ...shown(about),
    validateResource: onlyFor(types, validate),
    ...(mend && { remediateResource: onlyFor(types, remediation(about, types, mend)) }),
  };
}

function remediation(about: About, types: readonly string[] | "all", mend: Mend): ResourceRemediation {
  return ({ type, props, getConfig }) =>
    (types === "all" || types.includes(type)) && mend(props, settingsOf(about, getConfig()), type) ? props : undefined;
}

/**
 * A rule that judges resources by what they have to do with each other, and by what the program stated of them.
 *
 * @param types the rule is not asked where the stack has no resource of any of them
 */
export function stackRule(
  about: About,
  types: readonly string[] | "all",
  check: (graph: Graph, say: Say, settings: Settings) => void | Promise<void>,
  mend?: Mend,
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
    ...(mend && { remediateResource: onlyFor(types, remediation(about, types, mend)) }),
  };
}

/** It sees each resource first, to know what the program stated, and then judges the stack. */
export type StackRule = StackValidationPolicy &
  Pick<ResourceValidationPolicy, "validateResource" | "remediateResource">;

/** A setting that lists names, by default none. */
export function listOf(description: string, items: { readonly pattern?: string } = {}) {
  return { type: "array" as const, items: { type: "string" as const, ...items }, default: [], description };
}

/** The setting of rules that find what only AWS or an account's settings could make good. */
export const STRICT = {
  type: "boolean" as const,
  default: false,
  description: "stop also where only the image, the account or AWS itself could make it good",
};

function shown({ checkov = [], configSchema, ...about }: About) {
  return { ...about, tags: [...checkov], ...(configSchema && { configSchema }) };
}

/** The SDK skips a function that is marked with another type, before it reads a single property. */
function onlyFor<F extends object>(types: readonly string[] | "all", validate: F): F {
  return types !== "all" && types.length === 1 ? Object.assign(validate, { __pulumiType: types[0] }) : validate;
}

/** How the SDK takes a finding of another level than its rule's; its types do not tell. */
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
