import { InvalidArgumentError } from "commander";

/** Reads an option's number, 0 or more. @param expected for the error */
export function number(expected: string, isRight: (value: number) => boolean = () => true): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0 && isRight(value)) return value;
    throw new InvalidArgumentError(`expected ${expected}`);
  };
}
