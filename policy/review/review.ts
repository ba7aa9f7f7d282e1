import { writeFileSync } from "node:fs";
import { asMarkdown } from "./as-markdown";
import { asSarif } from "./as-sarif";
import { asText } from "./as-text";
import { checkConfiguration } from "./configuration";
import { reviewExitCode } from "./exit-code";
import type { Finding, Review } from "./finding";
import { type OwnPacks, packsOf } from "./packs";
import { type PreviewOptions, preview } from "./preview";

const FORMATS: Readonly<Record<Format, (review: Review) => string>> = {
  text: asText,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
  sarif: asSarif,
  markdown: asMarkdown,
};

export type Format = "text" | "json" | "sarif" | "markdown";

export interface ReviewOptions extends Omit<PreviewOptions, "packs">, OwnPacks {
  /** File with levels and settings for the package's rules. @default the rules' own */
  readonly policyConfig?: string;
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
export async function review({ format, files, policyConfig, ...options }: ReviewOptions): Promise<number> {
  if (policyConfig) checkConfiguration(policyConfig);
  const found = await preview({ ...options, packs: packsOf(options.project, policyConfig, options) });
  const twice = options.onlyPacks ? undefined : found.findings.find(isToldTwice);
  if (twice)
    process.stderr.write(
      `the pack '${twice.pack}' includes the package's rules, so their findings are reported twice; add --only-packs\n`,
    );
  for (const [each, file] of Object.entries(files)) writeFileSync(file, FORMATS[each as Format](found));
  process.stdout.write(FORMATS[format](found));
  return reviewExitCode(found);
}

/** A rule of the package in another pack: the package's own pack has the same finding. */
function isToldTwice({ pack, rule, urn }: Finding, _: number, all: readonly Finding[]): boolean {
  if (pack === undefined) return false;
  return all.some((one) => one.pack === undefined && one.rule === rule && one.urn === urn);
}
