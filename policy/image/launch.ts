import type { PolicyResource } from "@pulumi/policy";
import { list, read, type Step, UNKNOWN } from "../stack/known";
import { TYPE } from "../stack/types";
import type { ImageUse } from "./origin";

/** One way in which a resource launches instances: from an image or a template, with its own instance types or the template's. */
export interface Launch {
  readonly by: PolicyResource;
  /** The resource that messages name instead. */
  readonly statedBy?: PolicyResource;
  /** The image that it names itself, which overrides a template's. */
  readonly image?: ImageUse;
  /** The template: the property to find it by, and the specification that names it. */
  readonly template?: {
    readonly property: string;
    readonly specification: unknown;
    readonly others?: readonly unknown[];
  };
  /** Object with `instanceType` and `instanceRequirements`; undefined if the template's apply. */
  readonly types?: unknown;
  /** A plain list of instance types. */
  readonly listed?: readonly unknown[];
}

type Describe = (by: PolicyResource) => Launch[];

/** How each type of resource states what it launches; other types are not compared. */
const DESCRIBED: Readonly<Record<string, Describe>> = {
  [TYPE.launchConfiguration]: (by) => [{ by, image: image(by, "imageId"), types: by.props }],
  [TYPE.nativeLaunchConfiguration]: (by) => [{ by, image: image(by, "imageId"), types: by.props }],
  [TYPE.instance]: (by) => [single(by, "ami")],
  [TYPE.spotInstance]: (by) => [single(by, "ami")],
  [TYPE.nativeInstance]: (by) => [single(by, "imageId")],
  [TYPE.group]: ofGroup,
  [TYPE.nativeGroup]: ofGroup,
  [TYPE.fleet]: (by) => ofConfigs(by, "launchTemplateConfigs"),
  [TYPE.spotFleet]: (by) => [...ofSpecifications(by), ...ofConfigs(by, "launchTemplateConfigs")],
  [TYPE.nodeGroup]: (by) => ofTemplate(by, ["launchTemplate"], "launchTemplate", read(by.props, "instanceTypes")),
  [TYPE.batchEnvironment]: ofBatch,
};

/** All ways in which a resource launches instances. */
export function launchesOf(resource: PolicyResource): Launch[] {
  return DESCRIBED[resource.type]?.(resource) ?? [];
}

/** The image in a template, and the object with its instance types. */
export function launchOfTemplate(template: PolicyResource): Launch {
  if (template.type === TYPE.launchTemplate)
    return { by: template, image: image(template, "imageId"), types: template.props };
  const data = "launchTemplateData";
  return { by: template, image: image(template, data, "imageId"), types: read(template.props, data) };
}

/** The property that names an image; nothing if there is certainly none. */
function image(user: PolicyResource, property: string, ...inside: readonly Step[]): ImageUse | undefined {
  const path = [property, ...inside];
  const value = read(user.props, ...path);
  const comesFrom = inside.length === 0 ? (user.propertyDependencies[property] ?? []).length > 0 : value === UNKNOWN;
  return (value === undefined || value === "") && !comesFrom ? undefined : { user, property, path };
}

function single(by: PolicyResource, property: string): Launch {
  const specification = read(by.props, "launchTemplate");
  const template = specification === undefined ? undefined : { property: "launchTemplate", specification };
  const statesType = read(by.props, "instanceType") !== undefined;
  return {
    by,
    image: image(by, property),
    template,
    types: statesType || template === undefined ? by.props : undefined,
  };
}

/** A group's list of types replaces its template's. */
function ofGroup(by: PolicyResource): Launch[] {
  const plain = ofTemplate(by, ["launchTemplate"], "launchTemplate", undefined);
  const mixed = "mixedInstancesPolicy";
  const policy = read(by.props, mixed);
  if (policy === undefined) return plain;
  if (policy === UNKNOWN) return [...plain, unknownTemplate(by, mixed)];
  return [...plain, ...overridden(by, mixed, read(policy, "launchTemplate"))];
}

function ofConfigs(by: PolicyResource, property: string): Launch[] {
  const configs = read(by.props, property);
  if (configs === undefined) return [];
  if (configs === UNKNOWN) return [unknownTemplate(by, property)];
  return list(configs).flatMap((config) => overridden(by, property, config));
}

/**
 * The launches of a group of this library: the provider ignores changes of the group's own arguments, which stay as they were when the
 * group was created, so the rollout's count.
 */
export function launchesOfRollout(by: PolicyResource, group: PolicyResource): Launch[] {
  const mixed = "mixedInstances";
  const template = { launchTemplateId: read(by.props, "templateId") };
  if (read(by.props, "configurationName") !== undefined) return [];
  const policy = read(by.props, mixed);
  if (policy === undefined)
    return [{ by, statedBy: group, template: { property: "templateId", specification: template } }];
  const overrides = policy === UNKNOWN ? UNKNOWN : read(policy, "Overrides");
  if (overrides === UNKNOWN) return [{ ...unknownTemplate(by, mixed), statedBy: group }];
  return list(overrides).map((override) => {
    const own = read(override, "LaunchTemplateSpecification");
    const named = {
      launchTemplateId: read(own, "LaunchTemplateId"),
      launchTemplateName: read(own, "LaunchTemplateName"),
    };
    const types = { instanceType: read(override, "InstanceType"), instanceRequirements: requirementsOf(override) };
    return {
      by,
      statedBy: group,
      template:
        own === undefined
          ? { property: "templateId", specification: template }
          : { property: mixed, specification: named },
      types: override === UNKNOWN ? UNKNOWN : types,
    };
  });
}

/** The requirements that are compared, under the provider's names. */
function requirementsOf(override: unknown): unknown {
  const requirements = read(override, "InstanceRequirements");
  if (requirements === undefined || requirements === UNKNOWN) return requirements;
  return {
    vcpuCount: read(requirements, "VCpuCount"),
    allowedInstanceTypes: read(requirements, "AllowedInstanceTypes"),
    cpuManufacturers: read(requirements, "CpuManufacturers"),
  };
}

function unknownTemplate(by: PolicyResource, property: string): Launch {
  return { by, template: { property, specification: UNKNOWN }, listed: [UNKNOWN] };
}

/** Launches from one template and from a list that may override instance types and templates. */
function overridden(by: PolicyResource, property: string, config: unknown): Launch[] {
  const specification = read(config, "launchTemplateSpecification");
  const overrides = read(config, "overrides");
  if (config === UNKNOWN || overrides === UNKNOWN)
    return [{ by, template: { property, specification }, listed: [UNKNOWN] }];
  const stated = list(overrides);
  const others = stated.map((override) => read(override, "launchTemplateSpecification"));
  return (stated.length > 0 ? stated : [{}]).map((override) => {
    const own = read(override, "launchTemplateSpecification");
    const template = own === undefined ? { property, specification, others } : { property, specification: own };
    if (override === UNKNOWN) return unknownTemplate(by, property);
    const saysType = ["instanceType", "instanceRequirements"].some((key) => read(override, key) !== undefined);
    return { by, template, types: saysType ? override : undefined };
  });
}

function ofTemplate(by: PolicyResource, path: readonly Step[], property: string, types: unknown): Launch[] {
  const specification = read(by.props, ...path);
  if (specification === undefined) return [];
  const listed = types === UNKNOWN ? [UNKNOWN] : list(types);
  return [{ by, template: { property, specification }, ...(listed.length > 0 && { listed }) }];
}

function ofSpecifications(by: PolicyResource): Launch[] {
  const property = "launchSpecifications";
  if (read(by.props, property) === UNKNOWN) return [{ by, image: { user: by, property }, listed: [UNKNOWN] }];
  return list(by.props, property).map((types, index) => ({
    by,
    image: { user: by, property, path: [property, index, "ami"] },
    ...(types === UNKNOWN ? { listed: [UNKNOWN] } : { types }),
  }));
}

/** AWS Batch chooses among types, families and groups of families; a custom image is named in one of three places. */
function ofBatch(by: PolicyResource): Launch[] {
  const property = "computeResources";
  if (read(by.props, property) === UNKNOWN) return [{ by, image: { user: by, property }, listed: [UNKNOWN] }];
  const types = read(by.props, property, "instanceTypes");
  const listed = types === UNKNOWN ? [UNKNOWN] : list(types).map(asPattern);
  const count = list(by.props, property, "ec2Configurations").length;
  const places: Step[][] = [
    ["imageId"],
    ...Array.from({ length: count }, (_, at) => ["ec2Configurations", at, "imageIdOverride"]),
  ];
  const images = places.map((inside) => image(by, property, ...inside)).filter((one) => one !== undefined);
  const own = images.map((one) => ({ by, image: one, listed }));
  if (own.length > 0) return own;
  const specification = read(by.props, property, "launchTemplate");
  return specification === undefined ? [] : [{ by, template: { property, specification }, listed }];
}

/** @see https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html (instanceTypes) */
function asPattern(type: unknown): unknown {
  if (typeof type !== "string") return type;
  if (type === "optimal" || type.startsWith("default_")) return "*";
  return type.includes(".") ? type : `${type}.*`;
}
