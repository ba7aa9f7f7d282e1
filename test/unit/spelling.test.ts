import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

interface Found {
  readonly line: string;
  readonly isForbidden: boolean;
  readonly word: string;
}

/** American English, as in AWS's and Pulumi's manuals, in pages and in comments of published files. */
describe("the spelling of pages and comments", function () {
  this.timeout(120_000);
  const config = JSON.parse(readFileSync(join(projectRoot, "cspell.json"), "utf8"));
  const words: readonly string[] = config.words;

  it("is in the dictionaries or in cspell.json, which has no unnecessary words", () => {
    const { files, found } = spell({ ...config, words: [] });
    assert.ok(files > 300, `${files} files read`);
    const wrong = found.filter(({ isForbidden, word }) => isForbidden || !words.includes(word));
    assert.deepEqual(
      wrong.map(({ line }) => line),
      [],
    );
    const used = new Set(found.map(({ word }) => word));
    assert.deepEqual(words, [...used].sort());
  });

  it("would fail with a mistake, and with a name that is no longer used", () => {
    const folder = mkdtempSync(join(tmpdir(), "spelling-"));
    const text = "// A neighbour's recieved wayOut\nexport const recieved = 1;\n";
    writeFileSync(join(folder, "a.ts"), text);
    const { found } = spell({ ...config, globRoot: folder, files: ["*.ts"] }, folder);
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      found.map(({ isForbidden, word }) => [word, isForbidden]),
      [
        ["neighbour", false],
        ["recieved", false],
        ["wayout", true],
      ],
    );
  });
});

/** What cspell finds with this configuration. Words as in cspell.json: in lower case, without a genitive. */
function spell(config: object, root = projectRoot): { readonly files: number; readonly found: readonly Found[] } {
  const folder = mkdtempSync(join(tmpdir(), "cspell-"));
  const file = join(folder, "cspell.json");
  writeFileSync(file, JSON.stringify({ globRoot: root, ...config }));
  // Otherwise the search would add the words of the files' own cspell.json
  const options = ["--no-config-search", "--dot", "--no-progress", "--no-color"];
  const args = [join(projectRoot, "node_modules/cspell/bin.mjs"), "lint", "--config", file, ...options];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const files = /Files checked: (\d+)/.exec(stderr)?.[1];
  assert.ok(files, stderr);
  const lines = stdout.matchAll(/^.* - (Unknown|Forbidden) word \(([^)]*)\).*$/gm);
  const found = [...lines].map(([line, kind, word = ""]) => ({
    line,
    isForbidden: kind === "Forbidden",
    word: word.toLowerCase().replace(/'s$/, ""),
  }));
  return { files: Number(files), found };
}
