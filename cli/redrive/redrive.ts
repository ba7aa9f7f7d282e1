import { SQSClient } from "@aws-sdk/client-sqs";
import { Command, InvalidArgumentError } from "commander";
import type { ChefClient } from "../../components/chef";
import type { DeadLetter } from "../dead-letters/dead-letter";
import { provePermissions } from "../doctor/permissions";
import { EXIT, type ExitCode, endOfHelp } from "../exit";
import { askAws, createDecide } from "../reap/decide";
import { type Context, runCommand } from "../run";
import { addChefOptions, addFleetOptions, addQueueOptions, type ConnectionFlags } from "../target/options";
import { openChef, requiredChef, requiredGroups, requiredQueues } from "../target/required";
import { resolveTargets, type Target } from "../target/target";
import { describeCause, judge, type Verdict } from "./judge";
import { printQueue, summary } from "./print";
import { type Redriven, redriveQueue } from "./redrive-queue";

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

/** What happened to the dead letters of one queue. */
export interface QueueReport {
  readonly name: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly messages: readonly Redriven[];
}

/** `redrive`: sends dead letters back to the reaper's queue, once what stood in their way is gone. */
export function redriveCommand(): Command {
  const command = new Command("redrive")
    .summary("send dead letters back whose cause is gone")
    .description(
      "Send dead letters back to the reaper's queue, but only those whose cause is gone: each is decided on once more as " +
        "the reaper would now. What would only come back stays. No message is ever lost: it is sent before it is deleted.",
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
  const all = reports.flatMap(({ messages }) => messages);
  if (json) terminal.json({ dryRun, queues: reports });
  else terminal.line(summary(all));
  return exitCodeOf(all);
}

async function redriveTarget(target: Target, flags: Flags, { terminal, signal }: Context): Promise<QueueReport> {
  const { dryRun = false, limit, all } = flags;
  const { name, region } = target;
  const queues = requiredQueues(target);
  const sqs = new SQSClient({ region });
  const onProgress = (looked: number) => terminal.progress(`${name}: ${looked} dead letters looked at …`);
  if (all) {
    const back = async ({ cause }: DeadLetter): Promise<Verdict> => ({ verdict: "back", reason: describeCause(cause) });
    return {
      name,
      ...queues,
      messages: await redriveQueue(sqs, { queues, dryRun, limit, signal, onProgress, judge: back }),
    };
  }
  const chef = await openChef(requiredChef(target), region);
  try {
    requiredGroups(target);
    const decide = createDecide(target.reapsFor, askAws(region));
    const forbidden = once(async () => (dryRun ? undefined : whatIsForbidden(target, chef)));
    const judging = { chef, decide, forbidden };
    const options = { queues, dryRun, limit, signal, onProgress };
    return {
      name,
      ...queues,
      messages: await redriveQueue(sqs, { ...options, judge: (letter) => judge(letter, judging) }),
    };
  } finally {
    chef.close();
  }
}

/** What the proof of `doctor` finds missing; who cannot be proven anything against is not held up. */
async function whatIsForbidden(target: Target, chef: ChefClient): Promise<string | undefined> {
  const checks = await provePermissions(requiredChef(target), chef);
  return checks.find(({ status }) => status === "failed")?.message;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

export function exitCodeOf(messages: readonly Redriven[]): ExitCode {
  const some = (...outcomes: Redriven["outcome"][]) => messages.some(({ outcome }) => outcomes.includes(outcome));
  if (some("failed")) return EXIT.failed;
  return some("stays", "would-go-back") ? EXIT.left : EXIT.done;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("expected a whole number, 1 or more");
}
