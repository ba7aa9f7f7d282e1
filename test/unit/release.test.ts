import assert from "node:assert/strict";
import { releasedVersions, unreleasedChanges, withRelease } from "../../release/changelog";
import { findPackageFaults } from "../../release/checks";
import { missingFiles, strangers } from "../../release/contents";

const CHANGELOG = `# Changelog

## Unreleased

### Added

- \`rollout\`

## 0.2.0 - 2026-12-01

- older

## 0.1.0 - 2026-11-01
`;

describe("a release's changelog", () => {
  it("contains what was released, and what is unreleased", () => {
    assert.deepEqual(releasedVersions(CHANGELOG), ["0.2.0", "0.1.0"]);
    assert.equal(unreleasedChanges(CHANGELOG), "- `rollout`");
  });

  it("moves what was unreleased to the version, and leaves nothing unreleased", () => {
    const after = withRelease(CHANGELOG, "0.3.0", "2026-12-24");
    assert.equal(after, CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n## 0.3.0 - 2026-12-24\n"));
    assert.deepEqual(releasedVersions(after), ["0.3.0", "0.2.0", "0.1.0"]);
    assert.equal(unreleasedChanges(after), "");
  });

  it("ignores headings without a line below them", () => {
    assert.equal(unreleasedChanges("## Unreleased\n\n### Added\n\n### Fixed\n\n## 0.1.0 - 2026-11-01\n\n- x\n"), "");
    assert.equal(unreleasedChanges("# Changelog\n"), "");
  });
});

describe("a release's files", () => {
  it("are what runs and what is documented", () => {
    const files = [
      "README.md",
      "dist/cli/main.js",
      "docs/cli.md",
      "lab/main.ts",
      "dist/index.js.map",
      ".npmrc",
      "docs/cli.ts",
    ];
    assert.deepEqual(strangers(files), ["lab/main.ts", "dist/index.js.map", ".npmrc", "docs/cli.ts"]);
  });

  it("are those that package.json names", () => {
    const exports = {
      ".": { types: "./dist/a.d.ts", default: "./dist/a.js" },
      "./package.json": "./package.json",
      "./x/*": "./x/*",
    };
    const manifest = { main: "dist/a.js", types: "dist/b.d.ts", bin: { tool: "dist/main.js" }, exports };
    assert.deepEqual(missingFiles(manifest, ["dist/a.js", "dist/a.d.ts", "package.json"]), [
      "dist/b.d.ts",
      "dist/main.js",
    ]);
  });

  it("are reported by their names", () => {
    const stdout = JSON.stringify([{ files: [{ path: "lab/main.ts" }, { path: "README.md" }] }]);
    const found = findPackageFaults({
      root: process.cwd(),
      version: "1.0.0",
      run: () => ({ ok: true, stdout, output: "" }),
    });
    assert.ok(found.includes("'lab/main.ts' would be published: mend 'files' in package.json"), found.join("\n"));
    assert.ok(found.includes("package.json names 'dist/cli/main.js', which would not be published"), found.join("\n"));
  });
});
