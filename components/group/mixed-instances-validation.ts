import { didYouMean } from "../../common/did-you-mean";
import { inWords, type ValidationIssue } from "../validation/issues";
import { imageTemplateName } from "./image-launch";
import { requirementsIssues } from "./instance-requirements";
import type { MixedInstances, MixedInstanceType } from "./mixed-instances";

/**
 * AWS allows no more types in one group, and 20 launch templates, including the first.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
 */
const [MOST_TYPES, MOST_IMAGES] = [40, 19];

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
const LONGEST_TEMPLATE_NAME = 128;

export function mixedInstancesIssues(mixed: MixedInstances | undefined, groupName: string): ValidationIssue[] {
  if (!mixed) return [];
  const { types, instanceRequirements: sets } = mixed;
  return [
    ...choiceIssues(mixed),
    ...(types ? typeIssues(types) : []),
    ...(sets ? requirementsIssues(sets) : []),
    ...imageIssues(mixed, groupName),
    ...shareIssues(mixed),
  ];
}

function choiceIssues({ types, instanceRequirements: sets, onDemandAllocation }: MixedInstances): ValidationIssue[] {
  if (Boolean(types) === Boolean(sets)) {
    const property = sets ? "mixedInstances.instanceRequirements" : "mixedInstances.types";
    const value = sets ? `${sets.length} sets` : undefined;
    const fix = "list the types that may run, or set the attributes that they must have, not both";
    return [{ property, value, expected: "either 'types' or 'instanceRequirements'", fix }];
  }
  if (!sets || onDemandAllocation !== "prioritized") return [];
  const expected = "'lowest-price' with 'instanceRequirements', which have no order";
  const property = "mixedInstances.onDemandAllocation";
  return [
    { property, value: onDemandAllocation, expected, fix: "remove it, or list the types in order of preference" },
  ];
}

/** Each image, including the group's own, is used by a type, and each type's image exists. */
function imageIssues(mixed: MixedInstances, groupName: string): ValidationIssue[] {
  const { types, instanceRequirements = [], images = {} } = mixed;
  const [launched, list] = types ? [types, "types"] : [instanceRequirements, "instanceRequirements"];
  const names = Object.keys(images);
  const wrong = launched.flatMap(({ image }, index): ValidationIssue[] => {
    if (image === undefined || names.includes(image)) return [];
    const expected =
      names.length > 0 ? `one of 'mixedInstances.images': ${names.join(", ")}` : "nothing without 'images'";
    const fix = didYouMean(image, names) ?? "add that image's id to 'mixedInstances.images', or remove 'image'";
    return [{ property: `mixedInstances.${list}.${index}.image`, value: image, expected, fix }];
  });
  if (names.length > MOST_IMAGES) {
    const expected = `at most ${MOST_IMAGES} images in addition to the group's own`;
    const fix = "create several groups; AWS allows 20 launch templates in one";
    wrong.push({ property: "mixedInstances.images", value: `${names.length} images`, expected, fix });
  }
  for (const name of names) wrong.push(...nameIssues(name, launched, groupName));
  if (launched.length > 0 && launched.every(({ image }) => image !== undefined)) {
    const expected = "one without 'image', for the group's 'imageId'";
    const fix = "set one of the images as 'imageId', and remove it from 'images'";
    wrong.push({ property: `mixedInstances.${list}`, value: launched.map(({ image }) => image), expected, fix });
  }
  return wrong;
}

function nameIssues(
  name: string,
  launched: readonly { readonly image?: string }[],
  groupName: string,
): ValidationIssue[] {
  const property = `mixedInstances.images.${name}`;
  const wrong: ValidationIssue[] = [];
  if (!launched.some(({ image }) => image === name)) {
    const fix = "set it as the 'image' of a type or of requirements, or remove it";
    wrong.push({
      property,
      value: inWords("given"),
      expected: `a type or requirements with the 'image' '${name}'`,
      fix,
    });
  }
  const template = imageTemplateName(groupName, name);
  if (template.length > LONGEST_TEMPLATE_NAME) {
    const expected = `a name with which the name of its launch template, '${template}', has at most ${LONGEST_TEMPLATE_NAME} characters`;
    wrong.push({ property, value: name, expected, fix: "use a shorter one, or a shorter 'groupName'" });
  }
  return wrong;
}

function typeIssues(types: readonly MixedInstanceType[]): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  const property = "mixedInstances.types";
  if (types.length < 1 || types.length > MOST_TYPES) {
    const fix = "list the types that may run; AWS accepts no more";
    wrong.push({ property, value: `${types.length} types`, expected: `1 to ${MOST_TYPES} types`, fix });
  }
  const twice = types.find(
    ({ instanceType }, index) => types.findIndex((one) => one.instanceType === instanceType) < index,
  );
  if (twice) {
    wrong.push({
      property,
      value: twice.instanceType,
      expected: "each type only once",
      fix: "leave out the second one",
    });
  }
  const weights = types.map(({ weight }) => weight);
  for (const [index, weight] of weights.entries()) {
    if (weight === undefined || (Number.isInteger(weight) && weight >= 1 && weight <= 999)) continue;
    const at = `${property}.${index}.weight`;
    wrong.push({
      property: at,
      value: weight,
      expected: "a whole number from 1 to 999",
      fix: "count in smaller units",
    });
  }
  if (weights.some((weight) => weight === undefined) && weights.some((weight) => weight !== undefined)) {
    wrong.push({
      property,
      value: weights,
      expected: "a weight for every type or for none",
      fix: "add the missing ones",
    });
  }
  return wrong;
}

function shareIssues({
  onDemandBase = 0,
  onDemandPercentage = 100,
  spotMaximumPrice,
}: MixedInstances): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!Number.isInteger(onDemandBase) || onDemandBase < 0) {
    const expected = "a whole number, 0 or more";
    wrong.push({ property: "mixedInstances.onDemandBase", value: onDemandBase, expected, fix: "give a count" });
  }
  if (!Number.isInteger(onDemandPercentage) || onDemandPercentage < 0 || onDemandPercentage > 100) {
    const property = "mixedInstances.onDemandPercentage";
    wrong.push({ property, value: onDemandPercentage, expected: "0 to 100", fix: "0 is all spot, 100 none" });
  }
  if (spotMaximumPrice !== undefined && !/^\d+(\.\d+)?$/.test(spotMaximumPrice)) {
    const property = "mixedInstances.spotMaximumPrice";
    wrong.push({
      property,
      value: spotMaximumPrice,
      expected: "US dollars as '0.25'",
      fix: "leave it out for the on-demand price",
    });
  }
  return wrong;
}
