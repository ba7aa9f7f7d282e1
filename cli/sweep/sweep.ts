import { Command } from "commander";
import type { ChefClient } from "../../chef";
import { sweepAgeMinutes } from "../../packer/spec/limits";
import { sweep } from "../../packer/sweep/sweep";
import { describeSwept, type SweepReport, summary, sweepExitCode } from "../../packer/sweep/sweep-report";
import { endOfHelp, UsageError } from "../command/exit";
import { number } from "../command/number";
import { type Context, runCommand } from "../command/run";
import { addChefOptions, addRegionOption, type ConnectionFlags } from "../target/options";
import { openChef, requiredRegion } from "../target/required";
import type { Terminal } from "../terminal/terminal";

type Flags = Pick<ConnectionFlags, "region" | "chefServerUrl" | "chefClient" | "chefKey" | "chefCa"> & {
  readonly olderThan: number;
  readonly dryRun?: boolean;
  readonly bake?: string;
  readonly ageless?: boolean;
  readonly json?: boolean;
};

const EXAMPLES = [
  "chef-autoscaling sweep --region eu-central-1 --dry-run",
  "chef-autoscaling sweep --bake web --older-than 0",
];

/** `sweep`: removes what killed bakes left behind. */
export function sweepCommand(): Command {
  const command = new Command("sweep")
    .summary("find and remove what killed bakes left behind")
    .description(
      "Find and remove what killed bakes left behind: instances, volumes, key pairs, " +
        "security groups, unfinished images, snapshots, and, if a Chef server is given, nodes and clients.",
    )
    .option(
      "--older-than <minutes>",
      "keep everything younger, because a bake may still be using it",
      number("minutes, 0 or more"),
      sweepAgeMinutes({}),
    )
    .option("--bake <name>", "only leftovers of bakes of this name")
    .option("--ageless", "also leftovers of unknown age; only while no bake is running anywhere")
    .option("--dry-run", "only report, remove nothing")
    .option("--json", "print the report as one JSON document");
  addRegionOption(command);
  return addChefOptions(command)
    .addHelpText("after", endOfHelp(EXAMPLES, { 0: "nothing is left behind", 3: "a dry run found something" }))
    .action((flags: Flags) => runCommand(flags.json, (context) => run(flags, context)));
}

async function run(flags: Flags, { terminal, signal }: Context) {
  const { olderThan: olderThanMinutes, dryRun, bake, ageless, json } = flags;
  const region = requiredRegion(flags);
  const chef = await connect(flags, region);
  try {
    terminal.progress(`searching ${region} …`);
    const onNext = (what: string) => terminal.progress(`${what} …`);
    const report = await sweep({ region, olderThanMinutes, dryRun, bake, ageless, chef, signal, onNext });
    if (json) terminal.json(report);
    else print(report, terminal);
    return sweepExitCode(report);
  } finally {
    chef?.close();
  }
}

async function connect(flags: Flags, region: string): Promise<ChefClient | undefined> {
  const { chefServerUrl: serverUrl, chefClient: clientName, chefKey: key, chefCa: caPem } = flags;
  if (!serverUrl && !clientName && !key) return undefined;
  if (!serverUrl || !clientName || !key) {
    throw new UsageError(
      "'--chef-server-url', '--chef-client' and '--chef-key' belong together; give all three or none",
    );
  }
  return openChef({ serverUrl, clientName, key, caPem }, region);
}

const MARK_OF = { removed: "ok", left: "warning", kept: "none", failed: "failed" } as const;

function print(report: SweepReport, terminal: Terminal): void {
  for (const swept of report.swept) terminal.mark(MARK_OF[swept.outcome], describeSwept(swept));
  terminal.line(summary(report));
}
