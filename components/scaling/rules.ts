import type { Scaling } from "./scaling";
import type { NamedRule, ScalingDirection, ScalingRule } from "./scaling-rule";

/** One of the rules of a direction. */
export interface FoundRule {
  readonly direction: ScalingDirection;
  readonly rule: ScalingRule;
  /** Its own; one rule of a direction may go without. */
  readonly ruleName?: string;
  /** Where it stands in the arguments, as `scaling.out.1`. */
  readonly path: string;
}

/** The rules of one direction or, in their order, of both. */
export function rulesOf(scaling: Scaling = {}, directions: readonly ScalingDirection[] = ["out", "in"]): FoundRule[] {
  return directions.flatMap((direction) => {
    const given: NamedRule<ScalingRule> | readonly NamedRule<ScalingRule>[] | undefined = scaling[direction];
    const found = ({ name, ...rule }: NamedRule<ScalingRule>, path: string): FoundRule => {
      return { direction, rule: rule as ScalingRule, ruleName: name, path };
    };
    if (given === undefined) return [];
    if (!isSeveral(given)) return [found(given, `scaling.${direction}`)];
    return given.map((one, index) => found(one, `scaling.${direction}.${index}`));
  });
}

/** What a rule is told apart by: its direction, and its name where it has one. */
export function keyOf({ direction, ruleName }: FoundRule): string {
  return ruleName === undefined ? direction : `${direction}-${ruleName}`;
}

function isSeveral<Rule extends object>(given: Rule | readonly Rule[]): given is readonly Rule[] {
  return Array.isArray(given);
}
