import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { asMarkdown } from "./as-markdown";
import { asSarif } from "./as-sarif";
import { asText } from "./as-text";
import { checkConfiguration } from "./configuration";
import { reviewExitCode } from "./exit-code";
import type { Review } from "./finding";
import { type PreviewOptions, preview } from "./preview";

const FORMATS: Readonly<Record<Format, (review: Review) => string>> = {
  text: asText,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
  sarif: asSarif,
  markdown: asMarkdown,
};

export type Format = "text" | "json" | "sarif" | "markdown";

export interface ReviewOptions extends Omit<PreviewOptions, "policyPack"> {
  /** Format on stdout. */
  readonly format: Format;
  /** Additional output files by format. */
  readonly files: Readonly<Partial<Record<Format, string>>>;
}

/**
 * Previews a stack with the policy pack and reports the findings, on stdout in one format and in files in any.
 *
 * @returns the exit code of the review
 * @throws for invalid options
 */
export async function review({ format, files, ...options }: ReviewOptions): Promise<number> {
  if (options.policyConfig) checkConfiguration(options.policyConfig);
  const found = await preview({ ...options, policyPack: dirname(__dirname) });
  for (const [each, file] of Object.entries(files)) writeFileSync(file, FORMATS[each as Format](found));
  process.stdout.write(FORMATS[format](found));
  return reviewExitCode(found);
}
