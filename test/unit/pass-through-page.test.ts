import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { passThroughPage } from "../../docs/pass-through";

describe("docs/pass-through.md", () => {
  it("refuses what the components refuse; `npm run docs` makes it so", () => {
    assert.equal(readFileSync(join(__dirname, "../../docs/pass-through.md"), "utf8"), passThroughPage());
  });
});
