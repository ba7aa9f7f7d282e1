import { valid } from "semver";

const HEADING = /^## (.+)$/gm;
const UNRELEASED = "Unreleased";

/** Versions that the changelog says were released, newest first, as Keep a Changelog heads them: `## 1.2.3 - 2027-01-31`. */
export function releasedVersions(changelog: string): string[] {
  return [...changelog.matchAll(HEADING)].flatMap(([, heading = ""]) => valid(heading.split(" - ")[0]) ?? []);
}

/** What stands below "Unreleased", without its sub-headings; empty when nothing does. */
export function unreleasedChanges(changelog: string): string {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${UNRELEASED}\n`)) ?? "";
  return section
    .replace(`${UNRELEASED}\n`, "")
    .replace(/^###.*$/gm, "")
    .trim();
}

/** The changelog in which everything that was unreleased is that version's. */
export function withRelease(changelog: string, version: string, day: string): string {
  return changelog.replace(/^## Unreleased$/m, `## ${UNRELEASED}\n\n## ${version} - ${day}`);
}
