import { Conditions } from "./conditions";
import { LATER } from "./later";

export { LATER };

/** One simple command of a script: its words, and the variables that are set for it. */
export interface ShellCommand {
  readonly words: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

/** Maximum depth of scripts that call scripts, so that no text can keep a review busy. */
const DEEPEST = 4;

/** Maximum length of a script that is parsed, in characters. */
export const LONGEST = 20_000;

/**
 * Splits a script like a POSIX shell: quotes, escapes, comments, operators, here-documents, `$VARIABLE`, and the content of `$(…)` or
 * backticks as separate commands. Nothing is run; parts that only running would reveal are `LATER`.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html (2.3 Token Recognition)
 */
export function commandsOf(script: string, environment: ReadonlyMap<string, string>, depth = 0): ShellCommand[] {
  if (depth > DEEPEST || script.length > LONGEST) return [];
  const reader = new Reader(script, new Map(environment), depth);
  return reader.read();
}

class Reader {
  private readonly commands: ShellCommand[] = [];
  private readonly hereDocuments: string[] = [];
  private words: string[] = [];
  private at = 0;
  private readonly conditions: Conditions;

  constructor(
    private readonly script: string,
    private readonly variables: Map<string, string>,
    private readonly depth: number,
  ) {
    this.conditions = new Conditions(variables);
  }

  read(): ShellCommand[] {
    while (this.at < this.script.length) this.step();
    this.end();
    return this.commands;
  }

  private step(): void {
    const character = this.script[this.at] as string;
    if (character === "\n") this.line();
    else if (/\s/.test(character)) this.at += 1;
    else if (character === "#") this.at = this.upTo("\n", this.at);
    else if (this.script.startsWith("<<", this.at) && !this.script.startsWith("<<<", this.at)) this.hereDocument();
    else if (/[;&|(){}]/.test(character) && this.isOperator(character)) this.operator();
    else if (/[<>]/.test(character)) this.redirection();
    else this.words.push(this.word());
  }

  /** A brace is an operator only as a separate word. */
  private isOperator(character: string): boolean {
    return !/[{}]/.test(character) || /^[{}](?=[\s;]|$)/.test(this.script.slice(this.at, this.at + 2));
  }

  /** A command after `&&` or `||` may not run, and such a list ends at any other operator. */
  private operator(): void {
    const operator = /^(?:&&|\|\||.)/.exec(this.script.slice(this.at, this.at + 2))?.[0] ?? "";
    this.at += operator.length;
    this.end();
    if (operator === "&&" || operator === "||") this.conditions.open("list");
    else this.conditions.close("list");
  }

  private line(): void {
    this.at += 1;
    this.end();
    this.conditions.close("list");
    for (const delimiter of this.hereDocuments.splice(0)) {
      const lines = this.script.slice(this.at).split("\n");
      const last = lines.findIndex((line) => line.trim() === delimiter);
      const skipped = last < 0 ? lines : lines.slice(0, last + 1);
      this.at += skipped.reduce((length, line) => length + line.length + 1, 0);
    }
  }

  private hereDocument(): void {
    this.at += this.script[this.at + 2] === "-" ? 3 : 2;
    while (/[ \t]/.test(this.script[this.at] ?? "")) this.at += 1;
    this.hereDocuments.push(this.word());
  }

  /** The target of a redirection is not an argument, nor is the number of the stream. */
  private redirection(): void {
    if (/^\d$/.test(this.words.at(-1) ?? "") && /\d/.test(this.script[this.at - 1] ?? "")) this.words.pop();
    while (/[<>&]/.test(this.script[this.at] ?? "")) this.at += 1;
    while (/[ \t]/.test(this.script[this.at] ?? "")) this.at += 1;
    if (!/[\s;|]/.test(this.script[this.at] ?? ";")) this.word();
  }

  private word(): string {
    let text = "";
    while (this.at < this.script.length && !/[\s;&|()<>]/.test(this.script[this.at] as string)) text += this.part();
    return text;
  }

  private part(): string {
    const character = this.script[this.at] as string;
    if (character === "'") return this.quoted();
    if (character === '"') return this.doubleQuoted();
    if (character === "\\") return this.escaped();
    return this.expandable(character);
  }

  private quoted(): string {
    const end = this.upTo("'", this.at + 1);
    const text = this.script.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  private doubleQuoted(): string {
    let text = "";
    this.at += 1;
    while (this.at < this.script.length && this.script[this.at] !== '"') {
      const character = this.script[this.at] as string;
      const isEscape = character === "\\" && /["\\$`\n]/.test(this.script[this.at + 1] ?? "");
      text += isEscape ? this.escaped() : this.expandable(character);
    }
    this.at += 1;
    return text;
  }

  private escaped(): string {
    const next = this.script[this.at + 1] ?? "";
    this.at += 2;
    return next === "\n" ? "" : next;
  }

  private expandable(character: string): string {
    if (character === "`") return this.inner(this.at + 1, this.upTo("`", this.at + 1));
    if (this.script.startsWith("$(", this.at)) return this.inner(this.at + 2, this.closing(this.at + 2));
    const [whole, braced, plain] = /^\$(?:\{(\w+)\}|(\w+))/.exec(this.script.slice(this.at, this.at + 200)) ?? [];
    if (whole !== undefined) {
      this.at += whole.length;
      return this.variables.get((braced ?? plain) as string) ?? LATER;
    }
    if (this.script.startsWith("${", this.at)) {
      this.at = this.upTo("}", this.at) + 1;
      return LATER;
    }
    this.at += 1;
    return character;
  }

  /** The inner command runs as well; its output is unknown. */
  private inner(start: number, end: number): string {
    this.at = end + 1;
    this.commands.push(...commandsOf(this.script.slice(start, end), this.variables, this.depth + 1));
    return LATER;
  }

  private closing(start: number): number {
    let open = 1;
    for (let at = start; at < this.script.length; at += 1) {
      if (this.script[at] === "(") open += 1;
      if (this.script[at] === ")") open -= 1;
      if (open === 0) return at;
    }
    return this.script.length;
  }

  private upTo(character: string, from: number): number {
    const found = this.script.indexOf(character, from);
    return found < 0 ? this.script.length : found;
  }

  /** Assignments in front of a command apply only to it; alone, or after `export`, they stay. */
  private end(): void {
    const words = this.conditions.without(this.words);
    this.words = [];
    if (words.length === 0) return;
    const first = words.findIndex((word) => !ASSIGNMENT.test(word));
    const assigned = assignments(first < 0 ? words : words.slice(0, first));
    const command = first < 0 ? [] : words.slice(first);
    const stays = command.length === 0 || command[0] === "export";
    if (stays) for (const [name, value] of [...assigned, ...assignments(command)]) this.conditions.assign(name, value);
    else this.commands.push({ words: command, variables: new Map([...this.variables, ...assigned]) });
  }
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** The words that set a variable, as `NAME=value`. */
export function assignments(words: readonly string[]): [string, string][] {
  return words.flatMap((word): [string, string][] => {
    const name = ASSIGNMENT.exec(word)?.[0].slice(0, -1);
    return name === undefined ? [] : [[name, word.slice(name.length + 1)]];
  });
}
