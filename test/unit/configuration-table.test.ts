import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configurationTable } from "../../docs/configuration";

describe("docs/configuration.md", () => {
  it("matches the configuration's type; `npm run docs` updates it", () => {
    const written = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8");
    assert.equal(written, configurationTable());
  });

  it("describes every key", () => {
    const undescribed = configurationTable()
      .split("\n")
      .filter((line) => line.startsWith("| `") && line.endsWith("|  |"));
    assert.deepEqual(undescribed, []);
  });
});
