import { inWords, type ValidationIssue } from "../validation/issues";
import { namesIn, type PassOn } from "./pass-on";
import type { ResourceName } from "./resources";

/** When a component declares a resource, and the fix if it does not. */
export type Presence<Args> = readonly [isDeclared: (args: Args) => boolean, fix: string];

/** The same for each of a component's resources; resources that are not listed are always declared. */
export type PresenceOf<Args, R extends ResourceName> = Partial<Record<R, Presence<Args>>>;

/** Issues for records of resources that the component does not declare with these arguments, so the records would have no effect. */
export function idleIssues<Args extends { readonly passOn?: PassOn<R> }, R extends ResourceName>(
  args: Args,
  presence: PresenceOf<Args, R>,
): ValidationIssue[] {
  const given = Object.entries(args.passOn ?? {}) as [R, object | undefined][];
  return given.flatMap(([resource, passedOn]): ValidationIssue[] => {
    const [isDeclared, fix] = presence[resource] ?? [];
    if (!isDeclared || !fix || namesIn(passedOn).length === 0 || isDeclared(args)) return [];
    const expected = "nothing for a resource that is not declared";
    return [{ property: `passOn.${resource}`, value: inWords("given"), expected, fix }];
  });
}

/** For a resource of your own, whose properties are set where it is declared. @param path of the argument that names it */
export function isYours(path: string): string {
  return `remove it: '${path}' is your own resource, so set the property there`;
}
