import { inWords, type ValidationIssue } from "./issues";
import { circleIn } from "./outputs";
import { pastedKeys } from "./pasted-keys";
import { type ShapeOf, shapeIssues } from "./shape";

/**
 * All that is wrong with arguments: a key that was pasted in before all else, then their names and kinds, and then what they say.
 *
 * @param checks of the values; where a kind is wrong already, one may stumble over it and is passed over
 */
export function argumentIssues<Args extends object>(
  args: Args,
  shape: ShapeOf<Args>,
  checks: readonly ((args: Args) => readonly ValidationIssue[])[],
): ValidationIssue[] {
  const circle = circleIn(args);
  if (circle !== undefined) return [circular(circle)];
  const pasted = pastedKeys(args, "");
  if (pasted.length > 0) return pasted;
  const misshapen = shapeIssues(args, shape as Parameters<typeof shapeIssues>[1]);
  if (misshapen.length === 0) return checks.flatMap((check) => check(args));
  const others = checks.flatMap((check) => unlessItStumbles(check, args));
  // A check knows more of a name that there was once
  const told = misshapen.filter(({ property, shape }) => {
    return shape?.refuses !== "name" || !others.some((other) => other.property === property && !other.shape);
  });
  const isBelow = (one: string, other: string) => one === other || one.startsWith(`${other}.`);
  const isTold = (property: string) =>
    told.some(({ property: path }) => isBelow(property, path) || isBelow(path, property));
  return [...told, ...others.filter(({ property }) => !isTold(property))];
}

function circular(property: string): ValidationIssue {
  const fix = "write out what is meant, as deep as it goes";
  return { property, value: inWords("an object that holds itself"), expected: "one that ends", fix };
}

/** The cause of the stumbling is among the mistakes already. */
function unlessItStumbles<Args>(
  check: (args: Args) => readonly ValidationIssue[],
  args: Args,
): readonly ValidationIssue[] {
  try {
    return check(args);
  } catch {
    return [];
  }
}
