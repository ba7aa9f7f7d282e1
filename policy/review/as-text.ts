import { changesInWords, counted, type Review, stopping } from "./finding";

/** For a terminal: two lines per finding, then the verdict. */
export function asText(review: Review): string {
  const findings = review.findings.map(
    ({ level, severity, rule, pack, message }) =>
      `${level.padEnd(9)}  ${rule} (${pack ? `${severity}, of ${pack}` : severity})\n           ${indented(message)}`,
  );
  const errors = review.errors.map((error) => `error      ${indented(error)}`);
  return `${[...findings, ...errors, verdict(review)].join("\n")}\n`;
}

const indented = (text: string) => text.replaceAll("\n", "\n           ");

function verdict(review: Review): string {
  const count = stopping(review).length;
  const plan = `stack '${review.stack}': ${changesInWords(review)}`;
  if (count > 0) return `${plan}; failed: ${counted(count, "mandatory finding")}`;
  return review.errors.length > 0 ? `${plan}; the preview failed` : `${plan}; no mandatory findings`;
}
