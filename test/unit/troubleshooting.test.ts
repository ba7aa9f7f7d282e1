import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { troubleshootingDocument } from "../../docs/troubleshooting";

describe("docs/troubleshooting.md", () => {
  const written = readFileSync(join(__dirname, "../../docs/troubleshooting.md"), "utf8");

  it("contains the program's own messages; `npm run docs` updates it", async () => {
    assert.equal(written, await troubleshootingDocument());
  });

  it("has a cause and a fix for each message", () => {
    const rows = written.split("\n").filter((line) => line.startsWith("| ") && !/^\| (---|you see)/.test(line));
    assert.ok(rows.length > 45, `${rows.length} lines`);
    for (const row of rows) {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1);
      assert.equal(cells.length, 3, row);
      for (const text of cells) assert.ok(text.trim().length > 3, row);
    }
  });
});
