import { Command, Option } from "commander";
import { quote } from "../../chef/names";
import type { Format } from "../../policy/review/review";
import { type ExitCode, endOfHelp, UsageError } from "../command/exit";
import { runCommand } from "../command/run";

interface Flags extends Readonly<Partial<Record<Format, string>>> {
  readonly stack?: string;
  readonly project: string;
  readonly format: Format;
  readonly policyConfig?: string;
  readonly policyPackConfig?: string;
  readonly timeout: string;
  readonly pack?: readonly string[];
  readonly packConfig?: readonly string[];
  readonly onlyPacks?: boolean;
  readonly config?: readonly string[];
}

const FORMATS = ["text", "json", "sarif", "markdown"] as const satisfies readonly Format[];

const EXAMPLES = [
  "chef-autoscaling review --stack staging",
  "chef-autoscaling review --stack staging -c chef-autoscaling:preflight=false --markdown review.md --sarif review.sarif",
  "chef-autoscaling review --stack staging --pack ./policy --pack acme-policy",
];

/** The review has its own: a pipeline must distinguish violations from a failed preview. */
const MEANINGS = {
  0: "no mandatory rule is violated; there may be advisory findings",
  1: "at least one mandatory rule is violated",
  3: "the preview itself failed, or took longer than --timeout, before a mandatory rule failed it",
};

/** `review`: previews a stack with the policy pack. */
export function reviewCommand(): Command {
  return new Command("review")
    .summary("preview a stack under the policy pack")
    .description(
      "Preview a stack with the Pulumi CLI under the policy pack of this package, and print mandatory and advisory findings. Needs 'pulumi' on PATH and " +
        "'@pulumi/policy' installed.",
    )
    .option("--stack <name>", "stack to preview; required")
    .option("--project <folder>", "folder of Pulumi.yaml", ".")
    .addOption(
      new Option("--format <format>", `format on stdout: ${FORMATS.join(", ")}`).choices(FORMATS).default("text"),
    )
    .option("--text <file>", "also write it as text")
    .option("--json <file>", "also write it as JSON")
    .option("--sarif <file>", "also write it as SARIF 2.1.0, for code scanning")
    .option("--markdown <file>", "also write it as Markdown, for a comment")
    .option("--policy-config <file>", "levels and settings of the rules")
    .option("--policy-pack-config <file>", "the same, under the Pulumi CLI's name")
    .option(
      "--pack <pack>",
      "your own policy pack, a folder or an installed package, run in addition; may be repeated",
      repeated,
    )
    .option(
      "--pack-config <file>",
      "levels and settings of each --pack, in the same order; for all of them or none",
      repeated,
    )
    .option("--only-packs", "run only the packs of --pack, for a pack that includes this package's rules")
    .option("--timeout <seconds>", "timeout of the preview", "1800")
    .option("-c, --config <key=value>", "overrides the stack's configuration; may be repeated", repeated)
    .addHelpText("after", endOfHelp(EXAMPLES, MEANINGS))
    .action((flags: Flags) => runCommand(false, () => run(flags)));
}

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function run(flags: Flags): Promise<ExitCode> {
  const {
    stack,
    project,
    format,
    config = [],
    pack: packs = [],
    packConfig: packConfigs = [],
    onlyPacks = false,
  } = flags;
  if (!stack) throw new UsageError("'--stack' is missing: name the stack to preview");
  const timeoutSeconds = Number(flags.timeout);
  if (!(timeoutSeconds > 0))
    throw new UsageError(`'--timeout' is ${quote(flags.timeout)}, expected a number of seconds`);
  const named = FORMATS.flatMap((one) => (flags[one] ? [[one, flags[one]]] : []));
  const { review } = await loadReview();
  const asked = { stack, project, format, config, packs, packConfigs, onlyPacks };
  const options = { ...asked, timeoutSeconds, files: Object.fromEntries(named) };
  try {
    const policyConfig = flags.policyConfig ?? flags.policyPackConfig;
    return (await review({ ...options, policyConfig })) as ExitCode;
  } catch (error) {
    throw new UsageError(onOneLine(error as Error));
  }
}

/** A list of mistakes has lines of its own. */
function onOneLine({ message }: Error): string {
  return message.replace(/:\n\s*/, ": ").replaceAll(/\n\s*/g, "; ");
}

/** The rules need an optional peer dependency, which no other command needs. */
async function loadReview() {
  try {
    return await import("../../policy/review/review.js");
  } catch (error) {
    if (!isWithoutPolicySdk(error)) throw error;
    throw new UsageError("'@pulumi/policy' is not installed, and the policy pack needs it: npm install @pulumi/policy");
  }
}

function isWithoutPolicySdk(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "MODULE_NOT_FOUND" && message.includes("'@pulumi/policy'");
}
