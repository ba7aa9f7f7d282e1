import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gt, lt, valid } from "semver";
import { releasedVersions, unreleasedChanges } from "./changelog";
import { printed, type Run } from "./commands";
import { type Manifest, missingFiles, strangers } from "./contents";

/** A release that is being prepared. */
export interface Release {
  readonly root: string;
  readonly version: string;
  readonly run: Run;
}

/** Fields that the owner adds before the first release; npm refuses provenance without `repository`. */
const OWNERS_FIELDS = ["repository", "homepage", "bugs", "author"];

/** Reasons not to release, as far as quick checks can find them. */
export function findObstacles({ root, version, run }: Release): string[] {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const manifest = JSON.parse(read("package.json")) as { readonly version: string };
  const changelog = read("CHANGELOG.md");
  return [
    ...versionObstacles(version, manifest.version, releasedVersions(changelog)[0]),
    ...repositoryObstacles(version, run),
    ...(unreleasedChanges(changelog) === ""
      ? ['CHANGELOG.md has nothing below "Unreleased": say there what changes for users']
      : []),
    ...OWNERS_FIELDS.filter((field) => !(field in manifest)).map(
      (field) => `package.json has no '${field}': fill in what CONTRIBUTING.md leaves for the owner`,
    ),
    ...lockObstacles(run),
  ];
}

function versionObstacles(version: string, current: string, released?: string): string[] {
  if (valid(version) !== version) {
    return [`'${version}' is no version: give one as https://semver.org has it, '${current}' for instance`];
  }
  if (released && !gt(version, released))
    return [`'${version}' is not above '${released}', the last one in CHANGELOG.md`];
  return lt(version, current) ? [`'${version}' is below '${current}', which package.json has`] : [];
}

function repositoryObstacles(version: string, run: Run): string[] {
  const branch = printed(run, "git", "rev-parse", "--abbrev-ref", "HEAD");
  const changes = printed(run, "git", "status", "--porcelain");
  const tag = printed(run, "git", "tag", "--list", `v${version}`);
  return [
    ...(branch === "main" ? [] : [`this is branch '${branch}', and releases are made of 'main': git switch main`]),
    ...(changes === "" ? [] : [`there are changes that are not committed: commit or stash them\n${changes}`]),
    ...(tag === "" ? [] : [`the tag '${tag}' is there already: choose a higher version`]),
  ];
}

function lockObstacles(run: Run): string[] {
  const { stdout } = run("npm", "ls", "--package-lock-only", "--all", "--json");
  const { problems = [] } = JSON.parse(stdout) as { readonly problems?: readonly string[] };
  return problems.length === 0
    ? []
    : [`package-lock.json does not fit package.json: npm install\n${problems.join("\n")}`];
}

/** Generated pages that differ from what the generator writes. It has then overwritten them, and they stay that way. */
export function findStalePages({ run }: Release): string[] {
  const { ok, output } = run("npm", "run", "--silent", "docs");
  if (!ok) return [`'npm run docs' failed: ${output}`];
  const changed = printed(run, "git", "status", "--porcelain");
  return changed === "" ? [] : [`'npm run docs' changed pages: look at them, commit them and start again\n${changed}`];
}

/** Errors in the list of files that would be published. Builds the package first. */
export function findPackageFaults({ root, run }: Release): string[] {
  const built = run("npm", "run", "--silent", "build");
  if (!built.ok) return [`'npm run build' failed: ${built.output}`];
  const [pack] = JSON.parse(printed(run, "npm", "pack", "--dry-run", "--ignore-scripts", "--json")) as [Pack];
  const files = pack.files.map(({ path }) => path);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  return [
    ...strangers(files).map((file) => `'${file}' would be published: mend 'files' in package.json`),
    ...missingFiles(manifest, files).map((file) => `package.json names '${file}', which would not be published`),
  ];
}

interface Pack {
  readonly files: readonly { readonly path: string }[];
}
