import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../../cli/program";
import { createTerminal } from "../../cli/terminal/terminal";
import { age, named, wrapped } from "../../cli/terminal/text";
import { commandLineDocument } from "../../docs/command-line";

describe("docs/cli.md", () => {
  const written = readFileSync(join(__dirname, "../../docs/cli.md"), "utf8");

  it("matches the commands' options; `npm run docs` updates it", () => {
    assert.equal(written, commandLineDocument(written));
  });

  it("has every command in its first table", () => {
    for (const command of createProgram().commands)
      assert.match(written, new RegExp(`^\\| \`${command.name()}[ \`]`, "m"));
  });
});

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

describe("the operators' command", () => {
  for (const command of createProgram().commands) {
    it(`describes every option of ${command.name()}, and ends with the exit codes`, () => {
      const silent = command.options.filter(({ description }) => description === "");
      assert.deepEqual(silent, []);
      const help = helpOf(command);
      for (const { long } of command.options) assert.ok(help.includes(String(long)), `${long} is not in the help`);
      assert.match(help, /Exit codes:\n {2}0 +\w.*\n {2}1 +\w.*\n {2}2 +invalid options/);
    });

    it(`shows examples of ${command.name()} that are valid`, async () => {
      const examples = [...helpOf(command).matchAll(/^ {2}\$ .*(chef-autoscaling .*)$/gm)].map(([, line = ""]) => line);
      assert.ok(examples.length > 0);
      for (const example of examples) {
        const program = createProgram();
        let called = "";
        for (const each of program.commands) {
          each.action(() => {
            called = each.name();
          });
        }
        await program.parseAsync(example.split(" ").slice(1), { from: "user" });
        assert.equal(called, command.name());
      }
    });
  }
});

describe("a misspelled call", () => {
  async function said(args: readonly string[]): Promise<string> {
    const program = createProgram();
    let text = "";
    const writeErr = (more: string) => {
      text += more;
    };
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr });
    await assert.rejects(program.parseAsync(args, { from: "user" }), { exitCode: 1 });
    return text;
  }

  it("is answered with a suggestion", async () => {
    assert.match(await said(["recncile"]), /^error: unknown command 'recncile'\n\(Did you mean reconcile\?\)\nSee /);
    assert.match(
      await said(["reap", "i-1", "--grup", "web"]),
      /^error: unknown option '--grup'\n\(Did you mean --group\?\)\n/,
    );
  });

  it("is printed as safe text, whatever was given", async () => {
    const text = await said(["reap", "i-1", "--group", "\u001b[2J\nweb\u202e"]);
    assert.match(text, /argument '\\x1b\[2J\\nweb\\u202e' (from env )?.*is invalid/);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  });
});

/** A stream that records what is written. */
function stream(terminal: { isTTY?: boolean; columns?: number; colors?: boolean } = {}) {
  const texts: string[] = [];
  const write = (text: string) => texts.push(text) > 0;
  return { texts, stream: { ...terminal, write, hasColors: () => terminal.colors === true } };
}

describe("the terminal", () => {
  it("wraps lines between words and indents what follows", () => {
    assert.equal(wrapped("  a bb ccc dddd", 9, 4), "  a bb\n    ccc\n    dddd");
    assert.equal(wrapped("averylongword", 5, 2), "averylongword");
  });

  it("does not wrap, color or show progress without a terminal", () => {
    const [out, aside] = [stream(), stream()];
    const terminal = createTerminal(false, out.stream, aside.stream);
    terminal.progress("on the way");
    terminal.mark("ok", `  ${"word ".repeat(50)}end`);
    assert.equal(out.texts.join(""), `  ✔ ${"word ".repeat(50)}end\n`);
    assert.deepEqual(aside.texts, []);
  });

  it("colors only the sign, if colors are wanted", () => {
    const out = stream({ isTTY: true, columns: 80, colors: true });
    createTerminal(false, out.stream, stream().stream).mark("failed", "  no");
    assert.equal(out.texts.join(""), "  \u001b[31m✖\u001b[39m no\n");
    const plain = stream({ isTTY: true, columns: 80, colors: false });
    createTerminal(false, plain.stream, stream().stream).mark("failed", "  no");
    assert.equal(plain.texts.join(""), "  ✖ no\n");
  });

  it("shows progress on a terminal, unless programs read the result", () => {
    const aside = stream({ isTTY: true, columns: 20 });
    createTerminal(false, stream().stream, aside.stream).progress("x".repeat(50));
    assert.equal(aside.texts.join(""), "x".repeat(19));
    const quiet = stream({ isTTY: true });
    createTerminal(true, stream().stream, quiet.stream).progress("on the way");
    assert.deepEqual(quiet.texts, []);
  });

  it("prints durations and long lists briefly", () => {
    const minute = 60_000;
    assert.deepEqual(
      [0, 1, 90, 180, 60 * 50].map((minutes) => age(minutes * minute)),
      ["less than a minute", "1 minute", "90 minutes", "3 hours", "2 days"],
    );
    assert.equal(named(["a", "b", "c"]), "a, b, c");
    assert.equal(named(["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
  });
});
