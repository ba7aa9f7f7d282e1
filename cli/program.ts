import { Command } from "commander";
import { printable } from "../chef/printable";
import { packageVersion } from "../packer/inputs/package-root";
import { withoutGivenLines } from "./command/without-keys";
import { doctorCommand } from "./doctor/doctor";
import { reapCommand } from "./reap/reap";
import { reconcileCommand } from "./reconcile/reconcile";
import { redriveCommand } from "./redrive/redrive";
import { reviewCommand } from "./review/review";
import { rolloutCommand } from "./rollout/rollout";
import { sweepCommand } from "./sweep/sweep";

/** The program with all its commands, before it runs. */
export function createProgram(): Command {
  const program = new Command("chef-autoscaling")
    .description("Operate Chef-managed Auto Scaling groups: their nodes, their queue, and leftovers of bakes.")
    .version(packageVersion(), "-v, --version")
    .addHelpText("after", "\nDocumentation: docs/cli.md of the package");
  const commands = [
    doctorCommand(),
    reapCommand(),
    reconcileCommand(),
    redriveCommand(),
    reviewCommand(),
    rolloutCommand(),
    sweepCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  // Also for subcommands, so that every mistake in a call ends the same way
  for (const command of [program, ...commands]) {
    command.exitOverride().showHelpAfterError(helpHint(command)).configureOutput({ outputError });
  }
  return program;
}

/** The message contains the arguments; Commander's own line break precedes its suggestion. */
function outputError(text: string, write: (text: string) => void): void {
  const [, said = "", meant = ""] = /^(.*?)(\n\(Did you mean .*\))?\s*$/s.exec(withoutGivenLines(text)) ?? [];
  write(`${printable(said)}${meant && `\n${printable(meant.trim())}`}\n`);
}

function helpHint(command: Command): string {
  const words = command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  return `See '${words} --help'.`;
}
