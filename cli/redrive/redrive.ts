import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { awsClient } from "../../aws/client";
import type { ChefClient } from "../../chef";
import { EXIT, type ExitCode, endOfHelp } from "../command/exit";
import { number } from "../command/number";
import { once } from "../command/once";
import { type Context, runCommand } from "../command/run";
import { CAUSES } from "../dead-letters/causes";
import type { DeadLetter } from "../dead-letters/dead-letter";
import { provePermissions } from "../doctor/permissions";
import { askAws, createDecide } from "../reap/decide";
import { addChefOptions, addFleetOptions, addQueueOptions, type ConnectionFlags } from "../target/options";
import { proveQueuePair } from "../target/queue-pair";
import { openChef, requiredChef, requiredGroups, requiredQueues } from "../target/required";
import { resolveTargets, type Target } from "../target/target";
import { judge, type Verdict } from "./judge";
import { printQueue, summary } from "./print";
import { type QueueReport, type Redriven, type RedriveOptions, redriveQueue } from "./redrive-queue";

interface Flags extends ConnectionFlags {
  readonly dryRun?: boolean;
  readonly all?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

const EXAMPLES = [
  "chef-autoscaling redrive --outputs outputs.json --dry-run",
  "chef-autoscaling redrive --function web-reaper --json",
];

const wholeNumber = number("a whole number, 1 or more", (value) => Number.isInteger(value) && value >= 1);

/** `redrive`: sends dead letters back to the reaper's queue, once what stood in their way is gone. */
export function redriveCommand(): Command {
  const command = new Command("redrive")
    .summary("send dead letters back whose cause is gone")
    .description(
      "Send dead letters back to the reaper's queue, but only those whose cause is gone: each is decided on once more as " +
        "the reaper would now. What would only come back stays. Where SQS gave up on messages, the Chef operator's " +
        "permissions are proven first, as doctor does. Queues have to belong together, by their redrive policy. No message is ever lost: it is sent before it is deleted.",
    )
    .option("--dry-run", "look and tell, move nothing")
    .option("--all", "send back also what stays otherwise")
    .option("--limit <number>", "look at so many messages of a queue at most", wholeNumber, 10_000)
    .option("--json", "print what became of each as one JSON document");
  addChefOptions(addQueueOptions(addFleetOptions(command)));
  return command
    .addHelpText(
      "after",
      endOfHelp(EXAMPLES, {
        0: "no dead letter is left of those looked at",
        1: "something failed: a message could not be moved, or nobody could be asked",
        3: "some stay, or a dry run found some to send",
      }),
    )
    .action((flags: Flags) => runCommand(flags.json, (context) => redrive(flags, context)));
}

async function redrive(flags: Flags, context: Context): Promise<ExitCode> {
  const { dryRun = false, json } = flags;
  const { terminal, signal } = context;
  const reports: QueueReport[] = [];
  for (const target of await resolveTargets(flags)) {
    if (signal.aborted) break;
    const report = await redriveTarget(target, flags, context);
    reports.push(report);
    if (!json) printQueue(report, terminal);
  }
  if (json) terminal.json({ dryRun, queues: reports });
  else terminal.line(summary(reports.flatMap(({ messages }) => messages)));
  return redriveExitCode(reports);
}

async function redriveTarget(target: Target, flags: Flags, { terminal, signal }: Context): Promise<QueueReport> {
  const { dryRun = false, limit, all = false } = flags;
  const { name, region } = target;
  const queues = requiredQueues(target);
  const onProgress = (looked: number) => terminal.progress(`${name}: ${looked} dead letters looked at …`);
  const options = { queues, dryRun, limit, signal, onProgress };
  const sqs = awsClient(SQSClient, region);
  await proveQueuePair(sqs, queues);
  const redriven = (judge: RedriveOptions["judge"]) => redriveQueue(sqs, { ...options, judge });
  const result = await (all ? redriven(sendAll) : withChef(target, dryRun, redriven));
  return { name, ...queues, ...result };
}

/** @param use is given the judge who asks the target's Chef server */
async function withChef<T>(
  target: Target,
  dryRun: boolean,
  use: (judge: RedriveOptions["judge"]) => Promise<T>,
): Promise<T> {
  requiredGroups(target);
  const chef = await openChef(requiredChef(target), target.region);
  try {
    const decide = createDecide(target.reapsFor, askAws(target.region), target);
    const forbidden = once(async () => (dryRun ? undefined : whatIsForbidden(target, chef)));
    return await use((letter) => judge(letter, { chef, decide, forbidden }));
  } finally {
    chef.close();
  }
}

async function sendAll({ cause }: DeadLetter): Promise<Verdict> {
  return { verdict: "back", reason: CAUSES[cause].means };
}

/** What the proof of `doctor` finds missing; who cannot be proven anything against is not held up. */
async function whatIsForbidden(target: Target, chef: ChefClient): Promise<string | undefined> {
  const checks = await provePermissions(requiredChef(target), chef);
  return checks.find(({ status }) => status === "failed")?.message;
}

function redriveExitCode(reports: readonly QueueReport[]): ExitCode {
  const messages = reports.flatMap((report) => report.messages);
  const some = (...outcomes: Redriven["outcome"][]) => messages.some(({ outcome }) => outcomes.includes(outcome));
  if (some("failed") || reports.some(({ stopped }) => stopped !== undefined)) return EXIT.failed;
  return some("stays", "would-go-back") ? EXIT.left : EXIT.done;
}
