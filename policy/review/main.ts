import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { asMarkdown } from "./as-markdown";
import { asSarif } from "./as-sarif";
import { asText } from "./as-text";
import { checkConfiguration } from "./configuration";
import { EXIT, exitCodeOf } from "./exit-code";
import type { Review } from "./finding";
import { preview } from "./preview";

const FORMATS: Readonly<Record<string, (review: Review) => string>> = {
  text: asText,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
  sarif: asSarif,
  markdown: asMarkdown,
};

const USAGE = `usage: npm run review -- --stack STACK [--format text|json|sarif|markdown] [--text FILE] [--json FILE] [--sarif FILE]
         [--markdown FILE] [--project DIR] [--policy-config FILE] [--timeout SECONDS] [-c key=value]…
exit code: 0 nothing stops it, 1 stopped by a mandatory rule, 2 called wrongly, 3 the preview failed`;

/** Previews a stack under the policy pack and says what it found, on stdout in one format and in files in any. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string" },
      format: { type: "string", default: "text" },
      text: { type: "string" },
      json: { type: "string" },
      sarif: { type: "string" },
      markdown: { type: "string" },
      project: { type: "string", default: "." },
      "policy-config": { type: "string" },
      "policy-pack-config": { type: "string" },
      timeout: { type: "string", default: "1800" },
      config: { type: "string", short: "c", multiple: true, default: [] },
    },
  });
  const show = FORMATS[values.format];
  if (!values.stack) throw new Error(`'--stack' is missing\n${USAGE}`);
  if (show === undefined)
    throw new Error(`'--format' is '${values.format}', expected one of ${Object.keys(FORMATS)}\n${USAGE}`);
  const timeoutSeconds = Number(values.timeout);
  if (!(timeoutSeconds > 0))
    throw new Error(`'--timeout' is '${values.timeout}', expected a number of seconds\n${USAGE}`);
  const policyConfig = values["policy-config"] ?? values["policy-pack-config"];
  if (policyConfig) checkConfiguration(policyConfig);
  const review = await preview({
    stack: values.stack,
    project: values.project,
    policyPack: dirname(__dirname),
    policyConfig,
    timeoutSeconds,
    config: values.config,
  });
  for (const [format, write] of Object.entries(FORMATS)) {
    const file = values[format as "text" | "json" | "sarif" | "markdown"];
    if (file) writeFileSync(file, write(review));
  }
  process.stdout.write(show(review));
  return exitCodeOf(review);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.usage;
  },
);
