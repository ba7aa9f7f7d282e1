import { Command } from "commander";
import { EXIT, endOfHelp, UsageError } from "../command/exit";
import { type Context, runCommand } from "../command/run";
import { addChefOptions, addFleetOptions, addQueueOptions, type ConnectionFlags } from "../target/options";
import { checkQueueUrls } from "../target/queue-pair";
import { resolveTargets, type Target } from "../target/target";
import type { Terminal } from "../terminal/terminal";
import { type Area, type Check, doctorExitCode } from "./check";
import { examine } from "./examine";
import { PROBE_PREFIX } from "./permissions";

interface Flags extends ConnectionFlags {
  readonly readOnly?: boolean;
  readonly probe?: string;
  readonly worker?: string;
  readonly json?: boolean;
}

const EXAMPLES = [
  "pulumi stack output --json | chef-autoscaling doctor --outputs -",
  "chef-autoscaling doctor --function web-reaper --read-only",
];

const NAME_COLUMN = 14;

/** `doctor`: checks everything that the reaper relies on. */
export function doctorCommand(): Command {
  const command = new Command("doctor")
    .summary("check everything that the reaper relies on, and say what to do")
    .description(
      "Check everything that the reaper relies on: Chef server, key, clock, permissions, groups, queue, dead letters, " +
        "function, Packer. To test the permissions, a temporary client and node are created and deleted.",
    )
    .option("--read-only", "create and delete nothing; the permissions are not tested")
    .option("--probe <name>", "test the permissions with a node and a client that an administrator has created")
    .option("--worker <url>", "URL of a worker, to check its health")
    .option("--json", "print the results as one JSON document");
  addChefOptions(addQueueOptions(addFleetOptions(command)));
  return command
    .addHelpText(
      "after",
      endOfHelp(EXAMPLES, { 0: "all checks passed", 1: "a check failed", 3: "nothing failed, but there are warnings" }),
    )
    .action((flags: Flags) => runCommand(flags.json, (context) => doctor(flags, context)));
}

async function doctor(flags: Flags, { terminal, signal }: Context) {
  checkProbe(flags);
  terminal.progress("reading the reaper's settings …");
  const targets = await resolveTargets(flags);
  if (targets.every(isUnknown) && !flags.worker) {
    throw new UsageError("nothing to check: give '--outputs', '--function', or the options for Chef server and queues");
  }
  for (const { queueUrl, deadLetterQueueUrl, region } of targets) {
    if (queueUrl && deadLetterQueueUrl) checkQueueUrls({ queueUrl, deadLetterQueueUrl }, region);
  }
  const areas: Area[] = [];
  const { readOnly = false, probe, worker } = flags;
  const onStart = (title: string) => terminal.progress(`checking ${title} …`);
  for await (const area of examine(targets, { readOnly, probe, worker, signal, onStart })) {
    areas.push(area);
    if (!flags.json) printArea(area, terminal);
  }
  if (flags.json) terminal.json({ exitCode: doctorExitCode(areas), areas });
  else terminal.line(summary(areas));
  return doctorExitCode(areas);
}

function isUnknown({ functionName, queueUrl, chef: { serverUrl } }: Target): boolean {
  return !functionName && !queueUrl && !serverUrl;
}

function checkProbe({ probe, readOnly }: Flags): void {
  if (probe === undefined) return;
  if (readOnly)
    throw new UsageError("'--probe' deletes node and client, which '--read-only' forbids; give only one of the two");
  if (!probe.startsWith(PROBE_PREFIX)) {
    throw new UsageError(`'--probe' is '${probe}', which would be deleted: its name must start with '${PROBE_PREFIX}'`);
  }
}

function printArea({ title, checks }: Area, terminal: Terminal): void {
  terminal.title(title);
  for (const check of checks) printCheck(check, terminal);
}

function printCheck({ name, status, message, fix = [] }: Check, terminal: Terminal): void {
  const mark = status === "skipped" ? "none" : status;
  terminal.mark(mark, `  ${name.padEnd(NAME_COLUMN)} ${message}`, NAME_COLUMN + 5);
  for (const line of fix) terminal.line(`${" ".repeat(NAME_COLUMN + 5)}→ ${line}`, NAME_COLUMN + 7);
}

function summary(areas: readonly Area[]): string {
  const all = areas.flatMap(({ checks }) => checks);
  const count = (status: Check["status"]) => all.filter((check) => check.status === status).length;
  const [failures, warnings] = [count("failed"), count("warning")];
  if (doctorExitCode(areas) === EXIT.done) return `All ${count("ok")} checks passed, ${count("skipped")} skipped.`;
  return `${failures} failed, ${warnings} warnings, ${count("ok")} passed.`;
}
