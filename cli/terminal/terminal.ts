import { clearLine, cursorTo } from "node:readline";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { printable, printableJson } from "../../chef/printable";
import { BY_US, colored, type Mark, marked, wrapped } from "./text";

/**
 * Output of a command: results to standard output, progress to standard error. All texts are made safe for the terminal, see `printable`.
 */
export interface Terminal {
  /**
   * A line for people; wrapped to the terminal's width.
   *
   * @param indent of the lines after the first
   */
  line(text: string, indent?: number): void;
  /** A heading, after an empty line unless it is the first. */
  title(text: string): void;
  /** A line that starts with a colored sign. */
  mark(mark: Mark, text: string, indent?: number): void;
  /** A document for programs, on one line. */
  json(document: unknown): void;
  /** The current activity; only on a terminal, and replaced by the next line. */
  progress(text: string): void;
  /** A side note, such as the effect of a signal. */
  note(text: string): void;
}

type Stream = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "hasColors">>;

/** For terminals that do not report their width. */
const USUAL_WIDTH = 80;

/** @param quiet whether progress is omitted, because a program reads the result */
export function createTerminal(quiet: boolean, out: Stream = process.stdout, aside: Stream = process.stderr): Terminal {
  const moving = !quiet && aside.isTTY === true;
  let shown = false;
  let started = false;
  const clear = () => {
    if (shown) eraseLine(aside);
    shown = false;
  };
  const put = (stream: Stream, text: string) => {
    clear();
    started ||= stream === out;
    stream.write(`${text}\n`);
  };
  // A pipe has no width; its reader wants whole lines
  const width = out.isTTY ? out.columns || USUAL_WIDTH : Number.POSITIVE_INFINITY;
  return {
    line: (text, indent = 0) => put(out, wrapped(printable(text), width, indent)),
    title: (text) => {
      const shown = printable(text);
      put(out, `${started ? "\n" : ""}${hasColors(out) ? styleText("bold", shown, BY_US) : shown}`);
    },
    mark: (mark, text, indent = 2) => {
      const whole = wrapped(marked(mark, printable(text)), width, indent);
      put(out, hasColors(out) ? colored(mark, whole) : whole);
    },
    json: (document) => put(out, printableJson(document)),
    note: (text) => put(aside, printable(text)),
    progress: (text) => {
      if (!moving) return;
      clear();
      const characters = Array.from(printable(text));
      aside.write(characters.slice(0, (aside.columns || USUAL_WIDTH) - 1).join(""));
      shown = true;
    },
  };
}

function eraseLine(stream: Stream): void {
  cursorTo(stream as WriteStream, 0);
  clearLine(stream as WriteStream, 0);
}

/** Node's own decision: NO_COLOR, FORCE_COLOR, TERM and the terminal's capabilities. */
function hasColors(stream: Stream): boolean {
  return stream.isTTY === true && stream.hasColors?.() === true;
}
