import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { Argument, Command } from "commander";
import { awsClient } from "../../aws/client";
import { inServiceText, launchName } from "../../rollout/failure-report";
import { awaitEnd, viewOf } from "../../rollout/follow";
import { accessGroup, type GroupAccess, hasEnded } from "../../rollout/group-access";
import { progressLine, type RefreshProgress } from "../../rollout/progress";
import { EXIT, type ExitCode, endOfHelp, UsageError } from "../command/exit";
import { type Context, runCommand } from "../command/run";
import { nearGroup } from "../target/near-group";
import { addRegionOption } from "../target/options";
import { requiredRegion } from "../target/required";
import type { Terminal } from "../terminal/terminal";
import { outdatedOf, report } from "./report";

interface Flags {
  readonly group?: string;
  readonly region?: string;
  readonly json?: boolean;
}

const ACTIONS = ["status", "follow", "cancel", "rollback"] as const;
type Action = (typeof ACTIONS)[number];

const EXAMPLES = [
  "chef-autoscaling rollout status --group production-web --region eu-central-1",
  "chef-autoscaling rollout follow --group production-web",
  "chef-autoscaling rollout rollback --group production-web",
];

const MEANINGS = {
  0: "no instance refresh runs and all instances are of one version, or what was asked is done",
  3: "an instance refresh runs, or instances are of another version than the group launches",
};

/** `rollout`: looks at a group's instance refresh, follows it, ends it or takes it back. */
export function rolloutCommand(): Command {
  const command = new Command("rollout")
    .summary("look at a group's rollout, follow it, cancel it, roll it back")
    .description(
      "Look at the instance refresh of a group ('status'), follow it to its end ('follow'), cancel it, which replaces nothing back " +
        "('cancel'), or take it back to the version that the group has saved ('rollback').",
    )
    .addArgument(new Argument("<action>", "what to do").choices(ACTIONS))
    .option("--group <name>", "the Auto Scaling group");
  return addRegionOption(command)
    .option("--json", "print the report as one JSON document")
    .addHelpText("after", endOfHelp(EXAMPLES, MEANINGS))
    .action((action: Action, flags: Flags) => runCommand(flags.json, (context) => run(action, flags, context)));
}

async function run(action: Action, flags: Flags, { terminal }: Context): Promise<ExitCode> {
  const { group: groupName } = flags;
  if (!groupName) throw new UsageError("'--group' is missing: name the Auto Scaling group");
  const access = accessGroup({ groupName, region: requiredRegion(flags) });
  // Of a group that is not there AWS refuses to tell refreshes, in words of its own
  if (!(await access.find())) throw await notThere(access);
  if (action === "cancel" || action === "rollback") await change(action, access, terminal);
  const refresh = await access.refresh();
  if (action !== "status" && refresh && !hasEnded(refresh.status)) {
    await awaitEnd({ access, say: (line) => terminal.note(line) }, refresh.id);
  }
  return show(action, access, terminal, flags.json === true);
}

async function notThere({ groupName, region }: GroupAccess): Promise<UsageError> {
  const meant = await nearGroup(awsClient(AutoScalingClient, region), groupName);
  const fix = meant ?? "check the name, the region and the credentials";
  return new UsageError(`'--group' is '${groupName}', which is not there in ${region}; ${fix}`);
}

/** @throws UsageError where none runs, or none that can go back */
async function change(action: "cancel" | "rollback", access: GroupAccess, terminal: Terminal): Promise<void> {
  const refresh = await access.refresh();
  if (!refresh || hasEnded(refresh.status)) {
    throw new UsageError(`no instance refresh of '${access.groupName}' runs; see 'rollout status' for the last one`);
  }
  if (action === "rollback" && !refresh.desired) {
    throw new UsageError(
      `the instance refresh of '${access.groupName}' has no version to go back from; 'rollout cancel' ends it`,
    );
  }
  terminal.note(`${action === "cancel" ? "cancelling" : "rolling back"} instance refresh ${refresh.id} …`);
  await (action === "cancel" ? access.cancel() : access.rollBack());
}

/** Statuses that a person who asked for the action wanted. */
const WANTED: Readonly<Record<Action, readonly string[]>> = {
  status: ["Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"],
  follow: ["Successful"],
  cancel: ["Cancelled"],
  rollback: ["RollbackSuccessful"],
};

async function show(action: Action, access: GroupAccess, terminal: Terminal, json: boolean): Promise<ExitCode> {
  const [group, refresh] = await Promise.all([access.find(), access.refresh()]);
  if (!group) throw await notThere(access);
  if (json) terminal.json(report(access, group, refresh));
  else {
    terminal.line(
      `${access.groupName} launches ${launchName(group.saved)}; in service: ${inServiceText(group.members)}`,
    );
    if (!refresh) terminal.mark("none", "no instance refresh in the last six weeks");
    else if (hasEnded(refresh.status)) terminal.mark(markOf(refresh), endedLine(refresh));
    else
      terminal.mark(
        "warning",
        `${refresh.status} to ${target(refresh)}: ${progressLine(await viewOf(access, refresh))}`,
      );
  }
  if (action !== "status" && refresh && !WANTED[action].includes(refresh.status)) return EXIT.failed;
  const moving = refresh !== undefined && !hasEnded(refresh.status);
  return moving || outdatedOf(group).length > 0 ? EXIT.left : EXIT.done;
}

function markOf({ status }: RefreshProgress) {
  return status === "Successful" ? "ok" : status === "Failed" || status === "RollbackFailed" ? "failed" : "warning";
}

function endedLine(refresh: RefreshProgress): string {
  const why = [refresh.rollbackReason, refresh.reason].find(Boolean);
  return `the last instance refresh, to ${target(refresh)}, is ${refresh.status}${why ? `: ${why}` : ""}`;
}

function target({ desired }: RefreshProgress): string {
  return desired ? launchName(desired) : "what the group launches";
}
