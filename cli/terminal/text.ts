import { styleText } from "node:util";

/** Signs that a line may begin with. */
const MARKS = {
  ok: { sign: "✔", color: "green" },
  warning: { sign: "!", color: "yellow" },
  failed: { sign: "✖", color: "red" },
  none: { sign: "·", color: "gray" },
} as const;

/** Whether to color is decided by whom the stream is known to. */
export const BY_US = { validateStream: false } as const;

export type Mark = keyof typeof MARKS;

/** The text with its sign, which stands after the spaces that it begins with. */
export function marked(mark: Mark, text: string): string {
  return text.replace(/^ */, (spaces) => `${spaces}${MARKS[mark].sign} `);
}

/** Colors the sign of a marked text. */
export function colored(mark: Mark, text: string): string {
  const { sign, color } = MARKS[mark];
  return text.replace(sign, styleText(color, sign, BY_US));
}

/**
 * Breaks a text between words.
 * @param indent spaces before every line but the first
 */
export function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = " ".repeat(indent) + word.trimStart();
    } else {
      line = longer;
    }
  }
  return [...lines, line].join("\n");
}

/** `1 message`, `3 messages`. @param many where it is not the word with an s */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** A span of time, in the largest unit that fits. */
export function age(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return counted(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}

/** Names said on a line; more are counted. */
const NAMED = 3;

/** The first of some names, and how many more there are. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}
