import { didYouMean } from "../../common/did-you-mean";
import { inWords, raise } from "../validation/issues";
import { namesIn, ownedIssues, type PassedOn } from "./pass-on";
import type { ProviderArgs, ResourceName } from "./resources";

/** Pairs of properties of which AWS or its provider accepts only one: if the user passes on the first, we omit the second. */
const IN_PLACE_OF: Readonly<Record<string, string>> = {
  name: "namePrefix",
  capacityProviderStrategies: "launchType",
};

/**
 * Declares a resource with the component's properties and those that were passed on, which replace the component's defaults. This is the
 * only place where the two are merged.
 *
 * @param declare creates the resource from the merged arguments
 * @throws RunError for a property that the component sets itself, and for one that the provider's class does not know and would silently
 * drop
 */
export function merge<R extends ResourceName, Declared>(
  resource: R,
  ours: ProviderArgs[R],
  passedOn: PassedOn<R> | undefined,
  declare: (args: ProviderArgs[R]) => Declared,
): Declared {
  const subject = `Pass-through "${resource}"`;
  raise(subject, ownedIssues(resource, passedOn, `passOn.${resource}`));
  const names = namesIn(passedOn);
  if (names.length === 0) return declare(ours);
  const read = new Set<string>();
  const declared = declare(recording(merged(ours, passedOn as object, names), read));
  const unknown = names.filter((name) => !read.has(name));
  raise(
    subject,
    unknown.map((name) => ({
      property: `passOn.${resource}.${name}`,
      value: inWords("given"),
      expected: "a property that the installed @pulumi/aws has for this resource",
      fix: didYouMean(name, [...read]) ?? "look it up in the provider's reference, or update @pulumi/aws",
    })),
  );
  return declared;
}

function merged<Args extends object>(ours: Args, passedOn: object, names: readonly string[]): Args {
  const given = passedOn as Readonly<Record<string, unknown>>;
  const displaced = names.map((name) => IN_PLACE_OF[name]).filter((name) => !names.includes(name ?? ""));
  const kept = Object.entries(ours).filter(([name]) => !displaced.includes(name));
  return Object.fromEntries([...kept, ...names.map((name) => [name, given[name]])]) as Args;
}

/** The same arguments; afterwards, `read` contains the properties that the provider's class has read. */
function recording<Args extends object>(args: Args, read: Set<string>): Args {
  return new Proxy(args, {
    get(target, name, receiver) {
      if (typeof name === "string") read.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
}
