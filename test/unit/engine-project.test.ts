import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProject } from "../../lab/engine/project";

describe("the engine's reading of Pulumi.yaml", () => {
  const folder = mkdtempSync(join(tmpdir(), "engine-project-"));
  after(() => rmSync(folder, { recursive: true }));

  function projectOf(text: string) {
    writeFileSync(join(folder, "Pulumi.yaml"), text);
    return readProject(folder);
  }

  it("passes the runtime's options to Node.js, as the CLI does", () => {
    const { nodeArguments, entry } = projectOf(
      "name: one\nruntime:\n  name: nodejs\n  options:\n    nodeargs: --max-old-space-size=8192  --enable-source-maps\n",
    );
    assert.deepEqual(nodeArguments, ["--max-old-space-size=8192", "--enable-source-maps"]);
    assert.equal(entry, ".");
  });

  it("passes nothing to Node.js if the project sets nothing", () => {
    assert.deepEqual(projectOf("name: one\nruntime: nodejs\n").nodeArguments, []);
    assert.deepEqual(projectOf("name: one\nruntime:\n  name: nodejs\n").nodeArguments, []);
  });

  it("runs a program through ts-node unless the project says that it is JavaScript, as the CLI does", () => {
    const withOption = (value: string) =>
      projectOf(`name: one\nruntime:\n  name: nodejs\n  options:\n    typescript: ${value}\n`).typescript;
    assert.deepEqual([withOption("false"), withOption("true")], [false, true]);
    assert.equal(projectOf("name: one\nruntime: nodejs\n").typescript, true);
  });
});
