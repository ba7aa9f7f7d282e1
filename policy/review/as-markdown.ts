import { changesInWords, counted, type Finding, type Review, stopping } from "./finding";
import { knownRule } from "./known-rule";

/** A workflow finds its earlier comment by this marker, and edits it. */
export const MARKER = "<!-- chef-autoscaling review -->";

/** Maximum size of the errors in a comment, in bytes; GitHub's limit for a comment is 65,536. */
const MOST_ERRORS = 20_000;

/** A comment for a pull request: mandatory findings are visible, advisory ones are folded. */
export function asMarkdown(review: Review): string {
  const stops = stopping(review);
  const mended = review.findings.filter(({ level }) => level === "mended");
  const advice = review.findings.filter(({ level }) => level === "advisory");
  const parts = [MARKER, `### ${title(review)}`, `Stack \`${review.stack}\`: ${changesInWords(review)}.`];
  if (stops.length > 0) parts.push(table(stops));
  if (review.errors.length > 0) parts.push(`The preview failed:\n\n${fenced(review.errors.join("\n\n"))}`);
  if (mended.length > 0)
    parts.push("Remediated in the preview, and in the update if it runs with the same policy pack:", table(mended));
  if (advice.length > 0) {
    parts.push(`<details><summary>Advice, ${counted(advice.length, "finding")}</summary>`, table(advice), "</details>");
  }
  return `${parts.join("\n\n")}\n`;
}

function title(review: Review): string {
  const stops = stopping(review).length;
  if (stops > 0) return `Failed: ${counted(stops, "mandatory finding")}`;
  return review.errors.length > 0 ? "The preview failed, so the result is unknown" : "No mandatory findings";
}

/** One row per rule, with all its findings. */
function table(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(linked))];
  const rows = names.map((name) => {
    const own = findings.filter((finding) => linked(finding) === name);
    const found = own.map(({ message }) => cell(message)).join("<br>");
    return `| ${own[0]?.severity} | ${name} | ${found} |`;
  });
  return ["| severity | rule | finding, and how to fix it |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A rule of another pack is shown with the name of its pack, and without a link. */
function linked({ rule, pack }: Finding): string {
  if (pack !== undefined) return `${cell(rule)} (${cell(pack)})`;
  const url = knownRule(rule, pack, "")?.url;
  return url ? `[${rule}](${url})` : rule;
}

/** One line of a table, in which no text is interpreted as markup. */
function cell(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\|*_`[\]$~]/g, "\\$&")
    .replaceAll("\n", "<br>");
}

/** A code block that its content cannot close. */
function fenced(text: string): string {
  const shown = text.length > MOST_ERRORS ? `${text.slice(0, MOST_ERRORS)}\n…` : text;
  const fence = "`".repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}text\n${shown}\n${fence}`;
}
