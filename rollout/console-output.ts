import { printableLines } from "../chef/printable";

const MOST_LINES = 15;
const LONGEST_LINE = 200;

/**
 * The last lines of an instance's console, safe to print.
 *
 * @param text console output, including the output of programs
 */
export function lastLines(text: string): string[] {
  const lines = text.split(/\r?\n|\r/).filter((line) => line.trim() !== "");
  return lines.slice(-MOST_LINES).map((line) => printableLines(line.trimEnd(), LONGEST_LINE));
}
