import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withRelease } from "./changelog";
import { findObstacles, findPackageFaults, findStalePages, type Release } from "./checks";
import { commandsIn, printed } from "./commands";

/** `npm run release -- VERSION` prepares a release as a commit and a tag in this clone. It pushes nothing. */
function main(): number {
  const [version, ...more] = process.argv.slice(2);
  if (!version || more.length > 0) {
    console.error("usage: npm run release -- VERSION");
    return 2;
  }
  const root = process.cwd();
  const release = { root, version, run: commandsIn(root) };
  for (const find of [findObstacles, findStalePages, findPackageFaults]) {
    const found = find(release);
    for (const line of found) console.error(`release: ${line}`);
    if (found.length > 0) return 1;
  }
  prepare(release);
  console.log(`release: v${version} is committed and tagged here. Nothing is pushed yet; this publishes it:

  git push --atomic origin main v${version}`);
  return 0;
}

function prepare({ root, version, run }: Release): void {
  const changelog = join(root, "CHANGELOG.md");
  writeFileSync(
    changelog,
    withRelease(readFileSync(changelog, "utf8"), version, new Date().toISOString().slice(0, 10)),
  );
  printed(run, "npm", "version", version, "--no-git-tag-version", "--allow-same-version", "--ignore-scripts");
  printed(run, "git", "add", "CHANGELOG.md", "package.json", "package-lock.json");
  printed(run, "git", "commit", "--message", `Release ${version}`);
  printed(run, "git", "tag", "--annotate", `v${version}`, "--message", `Release ${version}`);
}

process.exitCode = main();
