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
  /** File of levels and settings for the package's rules. @default what the rules say of themselves */
  readonly policyConfig?: string;
  /** What stdout gets. */
  readonly format: Format;
  /** Where the same review goes besides, each in its own format. */
  readonly files: Readonly<Partial<Record<Format, string>>>;
}

/**
 * Previews a stack under the policy pack and says what it found, on stdout in one format and in files in any.
 *
 * @returns the exit code of the review
 * @throws where it is called wrongly
 */
export async function review({ format, files, policyConfig, ...options }: ReviewOptions): Promise<number> {
  if (policyConfig) checkConfiguration(policyConfig);
  const found = await preview({ ...options, packs: packsOf(options.project, policyConfig, options) });
  const twice = options.onlyPacks ? undefined : found.findings.find(isToldTwice);
  if (twice)
    process.stderr.write(
      `the pack '${twice.pack}' has the package's rules in it, and so they are told twice; give --only-packs\n`,
    );
  for (const [each, file] of Object.entries(files)) writeFileSync(file, FORMATS[each as Format](found));
  process.stdout.write(FORMATS[format](found));
  return reviewExitCode(found);
}

/** A rule of the package's in a team's pack: it has found the same in the package's own. */
function isToldTwice({ pack, rule, urn }: Finding, _: number, all: readonly Finding[]): boolean {
  if (pack === undefined) return false;
  return all.some((one) => one.pack === undefined && one.rule === rule && one.urn === urn);
}
