import { valid } from "semver";

const HEADING = /^## (.+)$/gm;
const UNRELEASED = "Unreleased";

/** Released versions in the changelog, newest first. Headings are those of Keep a Changelog: `## 1.2.3 - 2027-01-31`. */
export function releasedVersions(changelog: string): string[] {
  return [...changelog.matchAll(HEADING)].flatMap(([, heading = ""]) => valid(heading.split(" - ")[0]) ?? []);
}

/** Text below "Unreleased", without its sub-headings; empty if there is none. */
export function unreleasedChanges(changelog: string): string {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${UNRELEASED}\n`)) ?? "";
  return section
    .replace(`${UNRELEASED}\n`, "")
    .replace(/^###.*$/gm, "")
    .trim();
}

/** The changelog with everything below "Unreleased" moved to this version. */
export function withRelease(changelog: string, version: string, day: string): string {
  return changelog.replace(/^## Unreleased$/m, `## ${UNRELEASED}\n\n## ${version} - ${day}`);
}
