import { changesInWords, type Review, stopping } from "./finding";

/** For a terminal: a line per finding, then the verdict. */
export function asText(review: Review): string {
  const findings = review.findings.map(
    ({ level, rule, message }) => `${level.padEnd(9)}  ${rule}\n           ${message}`,
  );
  const errors = review.errors.map((error) => `error      ${error}`);
  return `${[...findings, ...errors, verdict(review)].join("\n")}\n`;
}

function verdict(review: Review): string {
  const count = stopping(review).length;
  const plan = `stack '${review.stack}': ${changesInWords(review)}`;
  if (count > 0) return `${plan}; stopped by ${count} mandatory finding${count === 1 ? "" : "s"}`;
  return review.errors.length > 0 ? `${plan}; the preview failed` : `${plan}; nothing stops it`;
}
