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

/** The review's own: a pipeline has to tell a refusal from a preview that failed. */
const MEANINGS = {
  0: "nothing stops it; there may be advice",
  1: "at least one mandatory rule is violated",
  3: "the preview itself failed, or took longer than --timeout, before a rule could stop it",
};

/** `review`: previews a stack under the policy pack. */
export function reviewCommand(): Command {
  return new Command("review")
    .summary("preview a stack under the policy pack")
    .description(
      "Preview a stack with the Pulumi CLI under the policy pack of this package, and print what stops it or what it is advised. Needs 'pulumi' on PATH and " +
        "'@pulumi/policy' installed.",
    )
    .option("--stack <name>", "stack to preview; required")
    .option("--project <folder>", "folder of Pulumi.yaml", ".")
    .addOption(
      new Option("--format <format>", `what stdout gets: ${FORMATS.join(", ")}`).choices(FORMATS).default("text"),
    )
    .option("--text <file>", "write it as text besides")
    .option("--json <file>", "write it as JSON besides")
    .option("--sarif <file>", "write it as SARIF 2.1.0 besides, for code scanning")
    .option("--markdown <file>", "write it as Markdown besides, for a comment")
    .option("--policy-config <file>", "levels and settings of the rules")
    .option("--policy-pack-config <file>", "the same, under the name that the Pulumi CLI has for it")
    .option(
      "--pack <pack>",
      "policy pack of your own, a folder or an installed package, that runs besides; may be repeated",
      repeated,
    )
    .option("--pack-config <file>", "levels and settings of a --pack, in their order; for each or for none", repeated)
    .option("--only-packs", "run those of --pack alone, for one that has this package's rules in it")
    .option("--timeout <seconds>", "longest wait for the preview", "1800")
    .option("-c, --config <key=value>", "configuration laid over the stack's; may be repeated", repeated)
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

/** A list of mistakes stands on lines of its own. */
function onOneLine({ message }: Error): string {
  return message.replace(/:\n\s*/, ": ").replaceAll(/\n\s*/g, "; ");
}

/** The rules rest on an optional peer, which nobody else who runs this program needs. */
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
