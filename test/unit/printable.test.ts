import assert from "node:assert/strict";
import fc from "fast-check";
import { quote } from "../../chef/names";
import { printable, printableJson, printableLines } from "../../chef/printable";
import { createTerminal } from "../../cli/terminal/terminal";
import { createLog } from "../../reaper/telemetry/log";

/** Characters that a terminal obeys or hides, written by code point here, independently of the names in the code. */
const OBEYED = new RegExp(
  [
    "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e",
    "\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb]",
    "|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]|\\udb40[\\udc00-\\udfff]",
  ].join(""),
);

const ESC = "\u001b";

/** Any text, with many characters that terminals obey. */
const foreign = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\u001b[2J",
        "\u001b]0;owned\u0007",
        "\u009b31m",
        "\r\n",
        "\n",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ud800",
      ),
      fc.string({ unit: "grapheme" }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

function written() {
  const texts: string[] = [];
  return { texts, stream: { isTTY: true, columns: 80, write: (text: string) => texts.push(text) > 0 } };
}

describe("foreign text", () => {
  it("becomes one printable line, whatever it is", () => {
    fc.assert(
      fc.property(foreign, (text) => assert.doesNotMatch(printable(text), OBEYED)),
      { numRuns: 3000 },
    );
  });

  it("keeps readable characters, in any script", () => {
    for (const text of ["Zürich 北京 القاهرة Ελλάδα 😀", "'a' \"b\" \\n \\x1b", ""])
      assert.equal(printable(text), text);
    assert.equal(printable("\u001b[2J\u0007\r\n\u202eab\u0085\u200b"), "\\x1b[2J\\x07\\r\\n\\u202eab\\x85\\u200b");
  });

  it("is truncated if it is long, between characters, with a note about the rest", () => {
    assert.equal(printable("a".repeat(30), 10), `${"a".repeat(10)}… (20 more characters)`);
    assert.equal(printable("a😀😀", 2), "a… (4 more characters)");
    fc.assert(fc.property(foreign, fc.nat(50), (text, longest) => printable(text, longest).length <= longest * 9 + 40));
  });

  it("keeps the line breaks of a program's own lines, and loses its colors", () => {
    assert.equal(printableLines("\u001b[31mred\u001b[0m\r\nb\u001b[2J\n"), "red\nb\\x1b[2J\n");
    fc.assert(fc.property(foreign, (text) => assert.doesNotMatch(printableLines(text).replaceAll("\n", ""), OBEYED)));
  });

  it("keeps its value in JSON, which is then safe to print", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const line = printableJson({ text });
        assert.doesNotMatch(line, OBEYED);
        assert.deepEqual(JSON.parse(line), { text });
      }),
    );
  });

  it("reaches a terminal only this way: lines, titles, marks, progress, notes, documents, the log, quotes", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const [out, aside] = [written(), written()];
        const terminal = createTerminal(false, out.stream, aside.stream);
        terminal.line(text);
        terminal.title(text);
        terminal.mark("ok", text);
        terminal.note(text);
        terminal.progress(text);
        terminal.json({ [text]: text });
        const lines: string[] = [];
        createLog((line) => lines.push(line))("error", text, { reason: text });
        const all = [...out.texts, ...aside.texts, ...lines, quote(text)];
        // What the terminal code itself writes: line ends, and the sequences that clear the progress
        const own = new RegExp(`\n|${ESC}\\[(1G|2K)`, "g");
        for (const each of all) assert.doesNotMatch(each.replace(own, ""), OBEYED);
      }),
    );
  });
});
