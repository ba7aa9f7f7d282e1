import { shownText } from "../../chef/key-material";
import { type Bounds, isWithin } from "./bounds";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables by their names; an empty one is none. */
export interface EnvironmentReader {
  /** What is wrong with those that were read, each in words. */
  readonly issues: string[];
  /** The text, which is an issue where it is missing. */
  required(name: string): string;
  /** The text, which is an issue where it is given and not right. */
  checked(name: string, isRight: (text: string) => boolean, expected: string): string | undefined;
  /** A whole number, or the default. */
  number(name: string, bounds: Bounds): number;
  flag(name: string): boolean;
}

export function environmentReader(environment: Environment): EnvironmentReader {
  const issues: string[] = [];
  const checked: EnvironmentReader["checked"] = (name, isRight, expected) => {
    const text = environment[name] || undefined;
    if (text !== undefined && !isRight(text)) issues.push(`${name} is ${shownText(text)}: expected ${expected}`);
    return text;
  };
  return {
    issues,
    required: (name) => {
      const text = environment[name] ?? "";
      if (text.trim() === "") issues.push(`${name} is missing: set it`);
      return text;
    },
    checked,
    number: (name, bounds) => {
      const expected = `a whole number from ${bounds.least} to ${bounds.most}`;
      return Number(checked(name, (text) => isWithin(Number(text), bounds), expected) ?? bounds.otherwise);
    },
    flag: (name) => checked(name, (text) => ["true", "false"].includes(text), "'true' or 'false'") === "true",
  };
}
