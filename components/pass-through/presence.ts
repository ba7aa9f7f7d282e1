import { inWords, type ValidationIssue } from "../validation/issues";
import { namesIn, type PassOn } from "./pass-on";
import type { ResourceName } from "./resources";

/** When a component declares a resource at all, and what to do where it does not. */
export type Presence<Args> = readonly [isDeclared: (args: Args) => boolean, fix: string];

/** Of a component's resources; what is not listed is always declared. */
export type PresenceOf<Args, R extends ResourceName> = Partial<Record<R, Presence<Args>>>;

/** Records for resources that the component does not declare with these arguments, so that they would reach nothing. */
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

/** What a team gives as a part of its own has its properties there. @param path of the argument that gives it */
export function isYours(path: string): string {
  return `leave it out: '${path}' is yours, so set it there`;
}
