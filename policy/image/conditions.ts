import { LATER } from "./later";

type Variables = Map<string, string>;

/** Keywords in front of a command that only say when it runs. */
const BEFORE = new Set(["then", "else", "elif", "do", "if", "while", "until", "!", "time"]);

const OPENING = new Set(["if", "while", "until", "for", "select", "case"]);

const CLOSING = new Set(["fi", "done", "esac"]);

/**
 * Variables that a shell sets conditionally: inside `if`, `case` and loops, and behind `&&` and `||`. They have their value there;
 * afterwards, it is unknown whether they have the new or the old value.
 */
export class Conditions {
  /** Variables before a list of commands and before a block, while one is open. */
  private readonly before: { list?: Variables; block?: Variables } = {};
  private blocks = 0;

  constructor(private readonly variables: Variables) {}

  /** The words of a command without those that only say when it runs. */
  without(words: readonly string[]): string[] {
    const at = words.findIndex((word) => !BEFORE.has(word));
    const rest = at < 0 ? [] : words.slice(at);
    for (const word of words.slice(0, at < 0 ? words.length : at)) this.keyword(word);
    const [first = "", name = ""] = rest;
    this.keyword(first);
    if (first === "for" || first === "select") this.assign(name, LATER);
    if (first === "read") for (const word of rest.slice(1)) this.assign(word, LATER);
    return CLOSING.has(first) ? [] : rest;
  }

  assign(name: string, value: string): void {
    this.variables.set(name, value);
  }

  open(kind: "list" | "block"): void {
    this.before[kind] ??= new Map(this.variables);
  }

  close(kind: "list" | "block"): void {
    const before = this.before[kind];
    if (before === undefined) return;
    delete this.before[kind];
    for (const [name, value] of this.variables) if (before.get(name) !== value) this.variables.set(name, LATER);
  }

  private keyword(word: string): void {
    if (OPENING.has(word)) {
      this.open("block");
      this.blocks += 1;
    } else if (CLOSING.has(word) && this.blocks > 0) {
      this.blocks -= 1;
      if (this.blocks === 0) this.close("block");
    }
  }
}
