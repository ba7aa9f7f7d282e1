import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../chef/printable";
import { OWNED, type PassedOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";
import { runError } from "../validation/run-error";

/** A launch template that is there already: one of the two. */
export interface BaseTemplate {
  /** Its id, `lt-…`. Excludes `name`. */
  readonly id?: pulumi.Input<string>;
  /** Its name. Excludes `id`. */
  readonly name?: pulumi.Input<string>;
}

type Found = aws.ec2.GetLaunchTemplateResult;
type Passed = PassedOn<"launchTemplate">;

/** The provider answers with a list where a template takes one of a kind. */
function only<T>(list: readonly T[] | undefined): T | undefined {
  return list?.[0];
}

/** How each property is taken over: all that `passOn.launchTemplate` could say, but for what an answer cannot tell from nothing. */
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

/** What the answer calls otherwise than a launch template's arguments do. */
const CALLED: Readonly<Record<string, keyof aws.ec2.LaunchTemplateArgs>> = {
  capacityReservationSpecifications: "capacityReservationSpecification",
  creditSpecifications: "creditSpecification",
  iamInstanceProfiles: "iamInstanceProfile",
  monitorings: "monitoring",
  placements: "placement",
};

/** What says which template it is, and nothing of instances. */
const OF_ITSELF = ["arn", "defaultVersion", "description", "filters", "id", "latestVersion", "name", "region", "tags"];

/** What is taken from a template, and the names of what is not although the template says it. */
export interface Split {
  readonly taken: Readonly<Record<string, unknown>>;
  readonly left: readonly string[];
}

/** Splits what a template says, as the provider answers. */
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

/** The provider fills in what a template does not say: an empty text, 0, false, or an empty list. None of these differs from nothing in what is taken. */
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

/** What a launch template is passed on: all of the base, and over it what the program says. */
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
      `the launch template '${called}' of 'baseTemplate' cannot be read (${printable(error.message)}); name one that ` +
        "'aws ec2 describe-launch-templates' shows in this region, and allow ec2:DescribeLaunchTemplates and ec2:DescribeLaunchTemplateVersions",
    );
  });
  if (pulumi.runtime.isDryRun()) await pulumi.log.info(inWords(String(called), found), parent);
  return found;
}

/** Names alone: user data may hold what nobody else should see. */
export function inWords(called: string, found: Found): string {
  const { taken, left } = splitTemplate(found);
  const owned: Readonly<Record<string, string>> = OWNED.launchTemplate;
  const over = Object.keys(taken).join(", ") || "nothing, for it says nothing that could be";
  const head = `from the launch template '${called}', version ${found.latestVersion}, is taken over: ${over}`;
  const rest = left.map((name) => `  - ${name}: ${owned[name] ?? `say it in 'passOn.launchTemplate.${name}'`}`);
  return rest.length === 0 ? head : [`${head}; it also says, which is not:`, ...rest].join("\n");
}

export function baseTemplateIssues(
  base: BaseTemplate | undefined,
  launch: "template" | "configuration" = "template",
): ValidationIssue[] {
  if (base === undefined) return [];
  const property = "baseTemplate";
  if (launch === "configuration") {
    const fix = "leave 'launch' out, or set it to \"template\"";
    return [{ property, value: base, expected: "none with a launch configuration, which is made by itself", fix }];
  }
  if ((base.id === undefined) !== (base.name === undefined)) return [];
  return [{ property, value: base, expected: "either 'id' or 'name'", fix: "name one launch template in one way" }];
}
