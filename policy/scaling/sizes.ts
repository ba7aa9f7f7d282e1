import { number } from "../stack/known";
import type { Say, Subject } from "../stack/rule";

const SIZES = ["minSize", "maxSize", "desiredCapacity"] as const;

/** Says what is out of order among the sizes of a group or of a schedule, whose -1 leaves the group's own. */
export function saySizes(subject: Subject, say: Say): void {
  say.ifUnknown(subject, ...SIZES);
  const [min, max, desired] = SIZES.map((key) => {
    const size = number(subject.props, key);
    return size === -1 ? undefined : size;
  });
  if (min !== undefined && max !== undefined && min > max) {
    say(subject, `has minSize ${min} above maxSize ${max}`, "lower minSize or raise maxSize");
  }
  if (desired === undefined) return;
  const isOutside = (min !== undefined && desired < min) || (max !== undefined && desired > max);
  if (!isOutside) return;
  const bounds = `${min ?? "any"} to ${max ?? "any"}`;
  say(subject, `has desiredCapacity ${desired} outside ${bounds}`, "leave it out, or choose one between");
}
