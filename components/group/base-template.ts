import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../chef/printable";
import { OWNED, type PassedOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";
import { runError } from "../validation/run-error";

/** An existing launch template: set one of the two. */
export interface BaseTemplate {
  /** Its id, `lt-…`. Excludes `name`. */
  readonly id?: pulumi.Input<string>;
  /** Its name. Excludes `id`. */
  readonly name?: pulumi.Input<string>;
}

type Found = aws.ec2.GetLaunchTemplateResult;
type Passed = PassedOn<"launchTemplate">;

/** The provider returns a list where a template has a single object. */
function only<T>(list: readonly T[] | undefined): T | undefined {
  return list?.[0];
}

/** How each property is copied: everything that `passOn.launchTemplate` can set, except properties whose absence the response does not show. */
const TAKEN: { readonly [Name in keyof Passed]?: (found: Found) => unknown } = {
  capacityReservationSpecification({ capacityReservationSpecifications }) {
    const { capacityReservationTargets, ...others } = only(capacityReservationSpecifications) ?? {};
    return { ...others, capacityReservationTarget: only(capacityReservationTargets) };
  },
  cpuOptions: ({ cpuOptions }) => only(cpuOptions),
  creditSpecification: ({ creditSpecifications }) => only(creditSpecifications),
  disableApiStop: ({ disableApiStop }) => disableApiStop,
  disableApiTermination: ({ disableApiTermination }) => disableApiTermination,
  ebsOptimized: ({ ebsOptimized }) => ebsOptimized,
  enclaveOptions: ({ enclaveOptions }) => only(enclaveOptions),
  instanceInitiatedShutdownBehavior: ({ instanceInitiatedShutdownBehavior: behavior }) => behavior,
  kernelId: ({ kernelId }) => kernelId,
  licenseSpecifications: ({ licenseSpecifications }) => licenseSpecifications,
  maintenanceOptions: ({ maintenanceOptions }) => only(maintenanceOptions),
  networkPerformanceOptions: ({ networkPerformanceOptions }) => only(networkPerformanceOptions),
  placement: ({ placements }) => only(placements),
  privateDnsNameOptions: ({ privateDnsNameOptions }) => only(privateDnsNameOptions),
  ramDiskId: ({ ramDiskId }) => ramDiskId,
};

/** Properties that have another name in the response than in a launch template's arguments. */
const CALLED: Readonly<Record<string, keyof aws.ec2.LaunchTemplateArgs>> = {
  capacityReservationSpecifications: "capacityReservationSpecification",
  creditSpecifications: "creditSpecification",
  iamInstanceProfiles: "iamInstanceProfile",
  monitorings: "monitoring",
  placements: "placement",
};

/** Properties that identify the template and do not affect instances. */
const OF_ITSELF = ["arn", "defaultVersion", "description", "filters", "id", "latestVersion", "name", "region", "tags"];

/** The settings that are copied from a template, and the names of those that are not although the template sets them. */
export interface Split {
  readonly taken: Readonly<Record<string, unknown>>;
  readonly left: readonly string[];
}

/** Splits a template's settings, as the provider returns them. */
export function splitTemplate(found: Found): Split {
  const taken = Object.entries(TAKEN).flatMap(([name, take]) => {
    const value = said(take(found));
    return value === undefined ? [] : [[name, value]];
  });
  const left = Object.entries(found).flatMap(([name, value]) => {
    const called = CALLED[name] ?? name;
    const isLeft = !OF_ITSELF.includes(name) && !Object.hasOwn(TAKEN, called) && said(value) !== undefined;
    return isLeft ? [called] : [];
  });
  return { taken: Object.fromEntries(taken), left: left.sort() };
}

/**
 * The provider fills in settings that a template does not have: an empty string, 0, false, or an empty list. For the copied settings, none
 * of these differs from a missing one.
 */
function said(value: unknown): unknown {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const members = value.map(said).filter((member) => member !== undefined);
    return members.length === 0 ? undefined : members;
  }
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = said(member);
    return kept === undefined ? [] : [[name, kept]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** The properties that are passed on to the launch template: those of the base, overridden by the program's. */
export function overBase(base: BaseTemplate, passedOn: Passed = {}, parent: pulumi.Resource): Passed {
  const split = pulumi
    .output({ id: base.id, name: base.name })
    .apply(async (known) => splitTemplate(await look(known, parent)));
  const taken = Object.keys(TAKEN).map((name) => [name, split.apply((it) => it.taken[name])]);
  const given = Object.entries(passedOn).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...taken, ...given]);
}

async function look({ id, name }: { id?: string; name?: string }, parent: pulumi.Resource): Promise<Found> {
  const called = id ?? name;
  const found = await aws.ec2.getLaunchTemplate({ id, name }, { parent }).catch((error: Error) => {
    throw runError(
      `the launch template '${called}' of 'baseTemplate' cannot be read (${printable(error.message)}); use one that ` +
        "'aws ec2 describe-launch-templates' shows in this region, and allow ec2:DescribeLaunchTemplates and ec2:DescribeLaunchTemplateVersions",
    );
  });
  if (pulumi.runtime.isDryRun()) await pulumi.log.info(inWords(String(called), found), parent);
  return found;
}

/** Only names, because user data may contain secrets. */
export function inWords(called: string, found: Found): string {
  const { taken, left } = splitTemplate(found);
  const owned: Readonly<Record<string, string>> = OWNED.launchTemplate;
  const over = Object.keys(taken).join(", ") || "nothing, because it sets nothing that can be copied";
  const head = `copied from the launch template '${called}', version ${found.latestVersion}: ${over}`;
  const rest = left.map((name) => `  - ${name}: ${owned[name] ?? `set 'passOn.launchTemplate.${name}'`}`);
  return rest.length === 0 ? head : [`${head}; not copied, although it sets them:`, ...rest].join("\n");
}

export function baseTemplateIssues(
  base: BaseTemplate | undefined,
  launch: "template" | "configuration" = "template",
): ValidationIssue[] {
  if (base === undefined) return [];
  const property = "baseTemplate";
  if (launch === "configuration") {
    const fix = "leave out 'launch', or set it to \"template\"";
    return [{ property, value: base, expected: "nothing with a launch configuration, which has no base", fix }];
  }
  if ((base.id === undefined) !== (base.name === undefined)) return [];
  return [{ property, value: base, expected: "either 'id' or 'name'", fix: "set one of the two" }];
}
