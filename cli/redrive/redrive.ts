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
import { messagesIn, proveQueuePair } from "../target/queue-pair";
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

/** `redrive`: sends dead letters back to the reaper's queue, once their cause is fixed. */
export function redriveCommand(): Command {
  const command = new Command("redrive")
    .summary("send dead letters back once their cause is fixed")
    .description(
      "Send dead letters back to the reaper's queue, but only those whose cause is fixed: each is evaluated again with " +
        "the reaper's current rules, and kept if it would only come back. If there are messages that exceeded maxReceiveCount, the Chef operator's " +
        "permissions are tested first, as by doctor. The queues must belong together by their redrive policy. No message is lost: it is sent before it is deleted.",
    )
    .option("--dry-run", "only report, move nothing")
    .option("--all", "also send back the messages that would be kept")
    .option("--limit <number>", "maximum number of messages to check per queue", wholeNumber, 10_000)
    .option("--json", "print the result for each as one JSON document");
  addChefOptions(addQueueOptions(addFleetOptions(command)));
  return command
    .addHelpText(
      "after",
      endOfHelp(EXAMPLES, {
        0: "none of the checked dead letters is left",
        1: "something failed: a message could not be moved, or the Chef server or AWS did not respond",
        3: "some were kept or hidden by another reader, or a dry run found some to send back",
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
  else terminal.line(summary(reports));
  return redriveExitCode(reports);
}

async function redriveTarget(target: Target, flags: Flags, { terminal, signal }: Context): Promise<QueueReport> {
  const { dryRun = false, limit } = flags;
  const { name, region } = target;
  const queues = requiredQueues(target);
  const onProgress = (looked: number) => terminal.progress(`${name}: ${looked} dead letters checked …`);
  const options = { queues, dryRun, limit, signal, onProgress };
  const sqs = awsClient(SQSClient, region);
  const total = messagesIn(await proveQueuePair(sqs, queues));
  const redriven = (judge: RedriveOptions["judge"]) => redriveQueue(sqs, { ...options, judge });
  const result = await (flags.all ? redriven(sendAll) : withChef(target, dryRun, redriven));
  const complete = result.stopped === undefined && !signal.aborted;
  const hidden = complete ? Math.max(0, Math.min(total, limit) - result.messages.length) : 0;
  return { name, ...queues, hidden, ...result };
}

/** @param use receives the judge for the target's Chef server */
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

/** Missing permissions according to the test of `doctor`; without proof of missing permissions, the redrive continues. */
async function whatIsForbidden(target: Target, chef: ChefClient): Promise<string | undefined> {
  const checks = await provePermissions(requiredChef(target), chef);
  return checks.find(({ status }) => status === "failed")?.message;
}

function redriveExitCode(reports: readonly QueueReport[]): ExitCode {
  const messages = reports.flatMap((report) => report.messages);
  const some = (...outcomes: Redriven["outcome"][]) => messages.some(({ outcome }) => outcomes.includes(outcome));
  if (some("failed") || reports.some(({ stopped }) => stopped !== undefined)) return EXIT.failed;
  return some("stays", "would-go-back") || reports.some(({ hidden }) => hidden > 0) ? EXIT.left : EXIT.done;
}
