import type { Scaling } from "./scaling";
import type { NamedRule, ScalingDirection, ScalingRule } from "./scaling-rule";

/** One of the rules of a direction. */
export interface FoundRule {
  readonly direction: ScalingDirection;
  readonly rule: ScalingRule;
  /** Name of the rule; one rule per direction may have none. */
  readonly ruleName?: string;
  /** Path of the rule in the arguments, such as `scaling.out.1`. */
  readonly path: string;
}

/** The rules of one direction, or of both in their order. */
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

/** Key of a rule: its direction, and its name if it has one. */
export function keyOf({ direction, ruleName }: FoundRule): string {
  return ruleName === undefined ? direction : `${direction}-${ruleName}`;
}

function isSeveral<Rule extends object>(given: Rule | readonly Rule[]): given is readonly Rule[] {
  return Array.isArray(given);
}
