import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const OWNER = {
  repository: "github:example/example",
  homepage: "https://example.com",
  bugs: "https://example.com/bugs",
  author: "Example",
};

/** Runs `npm run release` in a temporary clone whose package.json contains the owner's data. */
describe("npm run release", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  const root = join(folder, "clone");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const edit = (file: string, change: (text: string) => string) => writeFileSync(join(root, file), change(read(file)));
  const release = (...args: string[]) => {
    const call = ["run", "--silent", "release", "--", ...args];
    const { status, stdout, stderr } = spawnSync("npm", call, { cwd: root, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  before(() => {
    copyTracked(root);
    edit("package.json", (text) => `${JSON.stringify({ ...JSON.parse(text), ...OWNER }, undefined, 2)}\n`);
    edit("CHANGELOG.md", (text) => text.replace("## Unreleased\n", "## Unreleased\n\n- something new\n"));
    git("init", "--quiet", "--initial-branch", "main");
    git("config", "user.name", "Example");
    git("config", "user.email", "example@example.com");
    git("add", "--all");
    git("commit", "--quiet", "--message", "Begin");
    git("init", "--quiet", "--bare", join(folder, "origin.git"));
    git("remote", "add", "origin", join(folder, "origin.git"));
  });
  afterEach(() => {
    git("checkout", "--quiet", "--force", "main");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("reports all obstacles together", () => {
    git("checkout", "--quiet", "-b", "topic");
    appendFileSync(join(root, "README.md"), "\n");
    edit("CHANGELOG.md", (text) =>
      text.replace(/(?<=## Unreleased\n)[\s\S]*/, "\n### Added\n\n## 0.9.0 - 2026-01-01\n"),
    );
    edit("package.json", (text) => text.replace(/"repository".*\n/, "").replace('"semver": "^7', '"semver": "^5'));
    const { status, stderr } = release("0.0.1");
    assert.equal(status, 1);
    for (const said of [
      "'0.0.1' is not above '0.9.0', the last one in CHANGELOG.md",
      "this is branch 'topic', and releases are made of 'main'",
      "there are changes that are not committed: commit or stash them",
      'CHANGELOG.md has nothing below "Unreleased"',
      "package.json has no 'repository': fill in what CONTRIBUTING.md leaves for the owner",
      "package-lock.json does not fit package.json: npm install\ninvalid: semver@7",
    ]) {
      assert.ok(stderr.includes(`release: ${said}`), `${said}\nis not in\n${stderr}`);
    }
  });

  it("rejects an invalid version, and one below package.json's", () => {
    assert.match(
      release("v1.0.0").stderr,
      /^release: 'v1\.0\.0' is no version: give one as https:\/\/semver\.org has it/,
    );
    assert.match(release("0.0.1").stderr, /^release: '0\.0\.1' is below '0\.1\.0', which package\.json has\n$/);
    assert.deepEqual(release().status, 2);
  });

  it("finds an outdated generated page, and regenerates it", () => {
    edit("docs/cli.md", (text) => text.replace("### doctor", "### physician"));
    git("commit", "--quiet", "--all", "--message", "Spoil a page");
    const { status, stderr } = release("0.2.0");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^release: 'npm run docs' changed pages: look at them, commit them and start again\n M docs\/cli\.md\n$/,
    );
    assert.match(read("docs/cli.md"), /^### doctor$/m);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("commits and tags the version locally, and pushes nothing", () => {
    const { status, stdout, stderr } = release("0.2.0");
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^release: v0\.2\.0 is committed and tagged here.*\n\n {2}git push --atomic origin main v0\.2\.0\n$/,
    );
    assert.equal(git("log", "-1", "--format=%s"), "Release 0.2.0");
    assert.equal(git("rev-parse", "v0.2.0^{commit}"), git("rev-parse", "HEAD"));
    assert.deepEqual(git("diff", "--name-only", "HEAD~1").split("\n"), [
      "CHANGELOG.md",
      "package-lock.json",
      "package.json",
    ]);
    assert.equal(git("status", "--porcelain"), "");
    assert.equal(git("ls-remote", "origin"), "");
    assert.match(read("CHANGELOG.md"), /^## Unreleased\n\n## 0\.2\.0 - \d{4}-\d\d-\d\d\n\n- something new\n/m);
    assert.equal(JSON.parse(read("package.json")).version, "0.2.0");
    const lock = JSON.parse(read("package-lock.json"));
    assert.deepEqual([lock.version, lock.packages[""].version], ["0.2.0", "0.2.0"]);
  });

  it("does not release the same version twice", () => {
    const { status, stderr } = release("0.2.0");
    assert.equal(status, 1);
    assert.match(stderr, /'0\.2\.0' is not above '0\.2\.0'/);
    assert.match(stderr, /the tag 'v0\.2\.0' is there already/);
    assert.match(stderr, /nothing below "Unreleased"/);
  });
});

/** Copies what git tracks or would add, from this working tree. */
function copyTracked(root: string): void {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", list, { cwd: projectRoot, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(root, file), { verbatimSymlinks: true });
  }
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
}
