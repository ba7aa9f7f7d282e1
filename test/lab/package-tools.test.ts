import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { packPackage } from "./packed-package";

/** Tools that check how others read a package: https://arethetypeswrong.github.io and https://publint.dev */
describe("the packed package, checked by tools for packages", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  let tarball: string;

  before(() => {
    tarball = packPackage(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has types for every module resolution according to attw", () => {
    const { status, output } = run("attw", tarball, "--no-emoji", "--no-color");
    assert.equal(status, 0, output);
    assert.match(output, /No problems found/);
  });

  it("has no errors and no suggestions according to publint", () => {
    const { status, output } = run("publint", "run", tarball, "--strict");
    assert.equal(status, 0, output);
    assert.match(output, /All good!/);
  });

  it("would be rejected by both without the types of an entry", () => {
    const broken = repacked(folder, tarball);
    assert.match(
      run("attw", broken, "--no-emoji", "--no-color").output,
      /Import failed to resolve to type declarations/,
    );
    assert.match(run("publint", "run", broken, "--strict").output, /exports\["\.\/policy"\]\.types/);
  });
});

function run(command: string, ...args: readonly string[]) {
  const PATH = [join(projectRoot, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  assert.ok(!error, `'${command}' could not be started, run 'npm ci': ${error?.message}`);
  return { status, output: stdout + stderr };
}

/** The same tarball with a package.json whose entry for the policy rules names a missing file. */
function repacked(folder: string, tarball: string): string {
  mkdirSync(join(folder, "broken"));
  const place = join(folder, "broken/package");
  const tar = (...args: string[]) => assert.equal(spawnSync("tar", args).status, 0);
  tar("-xzf", tarball, "-C", join(folder, "broken"));
  const manifest = readFileSync(join(place, "package.json"), "utf8");
  writeFileSync(join(place, "package.json"), manifest.replaceAll("rules/index.d.ts", "rules/gone.d.ts"));
  rmSync(join(place, "dist/policy/rules/index.d.ts"));
  tar("-czf", join(folder, "broken.tgz"), "-C", join(folder, "broken"), "package");
  return join(folder, "broken.tgz");
}
