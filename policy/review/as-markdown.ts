import { changesInWords, counted, type Finding, type Review, stopping } from "./finding";
import { knownRule } from "./known-rule";

/** By it a workflow finds the comment it made before, and edits that one. */
export const MARKER = "<!-- chef-autoscaling review -->";

/** Most bytes of a comment's part that tells errors; GitHub takes no comment of more than 65,536. */
const MOST_ERRORS = 20_000;

/** A comment for a pull request: what stops it in sight, what only advises folded away. */
export function asMarkdown(review: Review): string {
  const stops = stopping(review);
  const mended = review.findings.filter(({ level }) => level === "mended");
  const advice = review.findings.filter(({ level }) => level === "advisory");
  const parts = [MARKER, `### ${title(review)}`, `Stack \`${review.stack}\`: ${changesInWords(review)}.`];
  if (stops.length > 0) parts.push(table(stops));
  if (review.errors.length > 0) parts.push(`The preview failed:\n\n${fenced(review.errors.join("\n\n"))}`);
  if (mended.length > 0)
    parts.push("Mended in the preview, and in the update if it runs under the same policy:", table(mended));
  if (advice.length > 0) {
    parts.push(`<details><summary>Advice, ${counted(advice.length, "finding")}</summary>`, table(advice), "</details>");
  }
  return `${parts.join("\n\n")}\n`;
}

function title(review: Review): string {
  const stops = stopping(review).length;
  if (stops > 0) return `Stopped by ${counted(stops, "mandatory finding")}`;
  return review.errors.length > 0 ? "The preview failed, so nobody knows" : "Nothing stops it";
}

/** A row for each rule, with all that it found. */
function table(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(linked))];
  const rows = names.map((name) => {
    const own = findings.filter((finding) => linked(finding) === name);
    const found = own.map(({ message }) => cell(message)).join("<br>");
    return `| ${own[0]?.severity} | ${name} | ${found} |`;
  });
  return ["| severity | rule | what was found, and how to mend it |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A rule of a team's own is told with its pack, and leads nowhere. */
function linked({ rule, pack }: Finding): string {
  if (pack !== undefined) return `${cell(rule)} (${cell(pack)})`;
  const url = knownRule(rule, pack, "")?.url;
  return url ? `[${rule}](${url})` : rule;
}

/** One line of a table, in which nothing of the text is markup. */
function cell(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\|*_`[\]$~]/g, "\\$&")
    .replaceAll("\n", "<br>");
}

/** A block that no text can end from inside. */
function fenced(text: string): string {
  const shown = text.length > MOST_ERRORS ? `${text.slice(0, MOST_ERRORS)}\n…` : text;
  const fence = "`".repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}text\n${shown}\n${fence}`;
}
