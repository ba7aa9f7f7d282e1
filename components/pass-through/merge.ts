import { didYouMean } from "../../aws/did-you-mean";
import { inWords, raise } from "../validation/issues";
import { namesIn, ownedIssues, type PassedOn } from "./pass-on";
import type { ProviderArgs, ResourceName } from "./resources";

/** Of each two properties AWS or its provider takes one: who gives the first does without our second. */
const IN_PLACE_OF: Readonly<Record<string, string>> = {
  name: "namePrefix",
  capacityProviderStrategies: "launchType",
};

/**
 * Declares a resource with what the component says of it and what was passed on, which takes the place of what is only a default. This
 * is the one place where the two meet.
 *
 * @param declare makes the resource of its arguments
 * @throws RunError for a property that is the component's, and for one that the provider's class does not know, which it would drop
 * without a word
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
      expected: "a property that the installed @pulumi/aws knows of this resource",
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

/** The same arguments; `read` tells afterwards which properties the provider's class has asked for. */
function recording<Args extends object>(args: Args, read: Set<string>): Args {
  return new Proxy(args, {
    get(target, name, receiver) {
      if (typeof name === "string") read.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
}
