import { changesInWords, type Finding, nameOf, type Review, stopping } from "./finding";

/** By it a workflow finds the comment it made before, and edits that one. */
export const MARKER = "<!-- chef-autoscaling review -->";

/** A comment for a pull request. */
export function asMarkdown(review: Review): string {
  const parts = [MARKER, `### ${title(review)}`, `Stack \`${review.stack}\`: ${changesInWords(review)}.`];
  if (review.findings.length > 0) parts.push(table(review.findings));
  if (review.errors.length > 0) parts.push(["The preview failed:", ...review.errors.map(quoted)].join("\n\n"));
  return `${parts.join("\n\n")}\n`;
}

function title(review: Review): string {
  if (stopping(review).length > 0) return "Stopped by policy";
  return review.errors.length > 0 ? "The preview failed" : "Policy has no objection";
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map(
    (finding) => `| ${finding.level} | ${finding.rule} | \`${nameOf(finding)}\` | ${cell(finding.message)} |`,
  );
  return ["| level | rule | resource | what and how to mend it |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", "<br>");
}

function quoted(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
