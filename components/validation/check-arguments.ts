import { inWords, type ValidationIssue } from "./issues";
import { circleIn } from "./outputs";
import { pastedKeys } from "./pasted-keys";
import { type ShapeOf, shapeIssues } from "./shape";

/**
 * All mistakes in the arguments: first a pasted key, then names and kinds, then values.
 *
 * @param checks of the values; a check that fails because a kind is already wrong is skipped
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
  // Another check knows more about an argument that used to exist
  const told = misshapen.filter(({ property, shape }) => {
    return shape?.refuses !== "name" || !others.some((other) => other.property === property && !other.shape);
  });
  const isBelow = (one: string, other: string) => one === other || one.startsWith(`${other}.`);
  const isTold = (property: string) =>
    told.some(({ property: path }) => isBelow(property, path) || isBelow(path, property));
  return [...told, ...others.filter(({ property }) => !isTold(property))];
}

function circular(property: string): ValidationIssue {
  const fix = "write the value without the circular reference";
  return { property, value: inWords("an object that contains itself"), expected: "one that does not", fix };
}

/** The cause of the failure has already been reported. */
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
