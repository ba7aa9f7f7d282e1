import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { Command } from "commander";
import { awsClient } from "../../aws/client";
import {
  RECONCILE_DEFAULTS,
  type ReconcileOptions,
  type ReconcileProgress,
  reconcileGroup,
} from "../../reaper/reconcile";
import { type ExitCode, endOfHelp } from "../command/exit";
import { number } from "../command/number";
import { type Context, runCommand } from "../command/run";
import { nearGroup } from "../target/near-group";
import { addChefOptions, addFleetOptions, type ConnectionFlags } from "../target/options";
import { placeOnce } from "../target/place";
import { openChef, requiredChef, requiredGroups } from "../target/required";
import { resolveTargets, type Target } from "../target/target";
import { adviceOn } from "./advice";
import { reconcileExitCode } from "./exit-code";
import { type AdvisedReport, printReport } from "./print";

interface Flags extends ConnectionFlags {
  readonly dryRun?: boolean;
  readonly groupDestroyed?: boolean;
  readonly grace: number;
  readonly maxShare: number;
  readonly maxCount: number;
  readonly json?: boolean;
}

const EXAMPLES = [
  "chef-autoscaling reconcile --outputs outputs.json --dry-run",
  "chef-autoscaling reconcile --outputs outputs.json --group production-web --max-share 1 --max-count 200",
];

const { graceSeconds, cap } = RECONCILE_DEFAULTS;

/** `reconcile`: removes the nodes and clients that no message told of. */
export function reconcileCommand(): Command {
  const command = new Command("reconcile")
    .summary("remove nodes and clients that no message told of")
    .description(
      "List the groups' nodes and clients, ask AWS about their instances, and remove those whose instance is gone. Beyond " +
        "--max-share or --max-count a run removes nothing at all, so that an empty answer of AWS cannot empty the Chef server.",
    )
    .option("--dry-run", "look and tell, remove nothing")
    .option(
      "--group-destroyed",
      "the group was renamed or is gone: remove the names that are proven to be of this place and gone",
    )
    .option("--grace <seconds>", "how long an instance has to be gone", number("seconds"), graceSeconds)
    .option("--max-share <share>", "of a group's nodes, to remove in one run; 1 for all", number("a share"), cap.share)
    .option("--max-count <number>", "nodes to remove in one run", number("a number"), cap.count)
    .option("--json", "print one report for each group as one JSON document");
  addChefOptions(addFleetOptions(command));
  return command
    .addHelpText(
      "after",
      endOfHelp(EXAMPLES, {
        0: "nothing is left over",
        3: "something is left: found by a dry run, kept because it is not certain, or not come to",
        4: "stopped at --max-share or --max-count, or because AWS's answer cannot be right: nothing was removed",
      }),
    )
    .action((flags: Flags) => runCommand(flags.json, (context) => reconcile(flags, context)));
}

async function reconcile(flags: Flags, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  const reports: AdvisedReport[] = [];
  for (const target of await resolveTargets(flags)) {
    for (const group of requiredGroups(target)) {
      if (signal.aborted) break;
      const report = await reconcileOne(target, group, flags, context);
      reports.push(report);
      if (!flags.json) printReport(report, terminal);
    }
  }
  if (flags.json) terminal.json({ dryRun: flags.dryRun === true, groups: reports });
  return reconcileExitCode(reports);
}

async function reconcileOne(
  target: Target,
  group: string,
  flags: Flags,
  { terminal, signal }: Context,
): Promise<AdvisedReport> {
  const { region } = target;
  const { dryRun = false, groupDestroyed = false, grace, maxShare: share, maxCount: count } = flags;
  const options: ReconcileOptions = {
    group,
    graceSeconds: grace,
    cap: { share, count },
    dryRun,
    groupDestroyed,
    signal,
  };
  const place = placeOnce(region);
  terminal.progress(`${group}: reading the Chef key …`);
  const chef = await openChef(requiredChef(target), region);
  const onProgress = (progress: ReconcileProgress) => terminal.progress(`${group}: ${describeProgress(progress)} …`);
  try {
    const [ec2, autoScaling] = [awsClient(EC2Client, region), awsClient(AutoScalingClient, region)];
    const report = await reconcileGroup(options, { chef, ec2, autoScaling, now: Date.now, place, onProgress });
    const asked = { chef, place, nearGroup: (name: string) => nearGroup(autoScaling, name) };
    return { ...report, fix: await adviceOn(report, asked) };
  } finally {
    chef.close();
  }
}

const STEPS: Readonly<Record<ReconcileProgress["step"], string>> = {
  list: "nodes and clients listed",
  ask: "instances asked for",
  prove: "instances that EC2 does not know looked up",
  remove: "removed",
};

function describeProgress({ step, done, total }: ReconcileProgress): string {
  const of = total === undefined ? "" : ` of ${total.toLocaleString("en")}`;
  return `${done.toLocaleString("en")}${of} ${STEPS[step]}`;
}
