import { usualAnswers } from "../../components/testing/mocks";
import { type Declared, declare } from "../../test/helpers/declare";
import { groupArguments, REGION } from "./programs";

/** Name of the group that is copied to make the others. It occurs in no value except in names. */
const NAME = "g0";

/** A resource that a provider manages, in contrast to a component. */
export type Plain = Pick<
  Declared,
  "type" | "name" | "urn" | "inputs" | "dependencies" | "propertyDependencies" | "ignoreChanges"
>;

/** Whether a provider manages resources of this type, in contrast to components and the stack. */
export function isPlain(type: string): boolean {
  return /^(aws|pulumi-nodejs):/.test(type);
}

/** The provider resources of one group as a resource monitor receives them, dependencies first. */
export async function plainResources(components: string): Promise<Plain[]> {
  const { ChefAutoScalingGroup } = (await import(components)) as typeof import("../../components");
  const program = () => void new ChefAutoScalingGroup(NAME, groupArguments(NAME));
  const { resources } = await declare(program, "test", usualAnswers(REGION));
  return resources
    .filter(({ type }) => isPlain(type))
    .map(({ type, name, urn, inputs, dependencies, propertyDependencies, ignoreChanges }) => {
      // A dynamic provider's serialized code is not an input that anyone writes by hand.
      const { __provider: _, ...written } = inputs;
      return { type, name, urn, inputs: written, dependencies, propertyDependencies, ignoreChanges };
    });
}
