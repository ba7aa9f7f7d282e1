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

/** `sweep`: removes what bakes left behind that were killed together with what watches over them. */
export function sweepCommand(): Command {
  const command = new Command("sweep")
    .summary("find and remove what killed bakes left")
    .description(
      "Find and remove what bakes left that were killed with all that watches over them: instances, volumes, key pairs, " +
        "security groups, unfinished images, snapshots, and, where a Chef server is named, nodes and clients.",
    )
    .option(
      "--older-than <minutes>",
      "keep what is younger: a bake may still use it",
      number("minutes, 0 or more"),
      sweepAgeMinutes({}),
    )
    .option("--bake <name>", "only of the bake of this name")
    .option("--ageless", "also what nothing tells the age of; only when no bake is running anywhere")
    .option("--dry-run", "tell only, remove nothing")
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
    terminal.progress(`looking in ${region} …`);
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
      "'--chef-server-url', '--chef-client' and '--chef-key' belong together, got some of them; give all three or none",
    );
  }
  return openChef({ serverUrl, clientName, key, caPem }, region);
}

const MARK_OF = { removed: "ok", left: "warning", kept: "none", failed: "failed" } as const;

function print(report: SweepReport, terminal: Terminal): void {
  for (const swept of report.swept) terminal.mark(MARK_OF[swept.outcome], describeSwept(swept));
  terminal.line(summary(report));
}
