import { type Declared, declare } from "../../test/helpers/declare";
import { groupArguments } from "./programs";

/** Name of the group that the others are copied from; it occurs in no value but names. */
const NAME = "g0";

/** A resource that a provider is asked for; components are not. */
export type Plain = Pick<
  Declared,
  "type" | "name" | "urn" | "inputs" | "dependencies" | "propertyDependencies" | "ignoreChanges"
>;

/** Tells whether a provider is asked for a resource of this type, rather than a component or the stack. */
export function isPlain(type: string): boolean {
  return /^(aws|pulumi-nodejs):/.test(type);
}

/** What one group declares to its provider, as a monitor sees it: what is waited for comes first. */
export async function plainResources(components: string): Promise<Plain[]> {
  const { ChefAutoScalingGroup } = (await import(components)) as typeof import("../../components");
  const { resources } = await declare(() => void new ChefAutoScalingGroup(NAME, groupArguments(NAME)));
  return resources
    .filter(({ type }) => isPlain(type))
    .map(({ type, name, urn, inputs, dependencies, propertyDependencies, ignoreChanges }) => {
      // The provider's own text is not an input that anybody writes.
      const { __provider: _, ...written } = inputs;
      return { type, name, urn, inputs: written, dependencies, propertyDependencies, ignoreChanges };
    });
}
