import { Command } from "commander";
import { forEachBounded } from "../../common/concurrency";
import { type ExitCode, endOfHelp, UsageError } from "../command/exit";
import { type Context, runCommand } from "../command/run";
import { addChefOptions, addFleetOptions, type ConnectionFlags } from "../target/options";
import { placeOnce } from "../target/place";
import { missing, openChef, requiredChef } from "../target/required";
import { resolveTargets, type Target } from "../target/target";
import { askAws, createDecide } from "./decide";
import { askDoubting, awsFacts } from "./doubt";
import { reapExitCode } from "./exit-code";
import { printReaped } from "./print";
import { type NamedInstance, parseInstance, type ReapedInstance, reapInstance } from "./reap-instance";

interface Flags extends ConnectionFlags {
  readonly dryRun?: boolean;
  readonly groupDestroyed?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = [
  "chef-autoscaling reap i-0123456789abcdef0 --outputs outputs.json --dry-run",
  "chef-autoscaling reap production-web-i-0123456789abcdef0 --function web-reaper",
];

const CONCURRENCY = 8;

/** `reap`: removes node and client of instances by hand, by the reaper's own rules. */
export function reapCommand(): Command {
  const command = new Command("reap")
    .summary("remove node and client of instances that are gone")
    .description(
      "Remove node and client of instances that are gone, by the reaper's own rules: an instance that is alive, or whose " +
        "node carries the id of another instance, is refused, and so is an instance without proof that it ran here.",
    )
    .argument("<instance...>", "instance ids, or names of their nodes (GROUP-ID)")
    .option("--dry-run", "only report, remove nothing")
    .option(
      "--group-destroyed",
      "the group no longer exists; its scaling activities or the node must prove that the instance ran here",
    )
    .option("--json", "print the result for each as one JSON document");
  addChefOptions(addFleetOptions(command));
  return command
    .addHelpText(
      "after",
      endOfHelp(EXAMPLES, {
        0: "node and client of every instance are gone",
        3: "a dry run found something to remove",
        4: "refused for at least one: it is alive, or another instance uses its node",
      }),
    )
    .action((names: string[], flags: Flags) => runCommand(flags.json, (context) => reap(names, flags, context)));
}

async function reap(names: readonly string[], flags: Flags, { terminal, signal }: Context): Promise<ExitCode> {
  const targets = await resolveTargets(flags);
  const groups = [...new Set(targets.flatMap((target) => target.groups))];
  const instances = names.map((name) => parseInstance(name, groups));
  if (groups.length === 0 && instances.some(({ group }) => group === undefined)) {
    throw missing(targets[0] as Target, { "--group": undefined }, "give it, or use node names (GROUP-ID)");
  }
  const { dryRun = false, groupDestroyed = false, json } = flags;
  const [target] = targets as [Target];
  const chef = await openChef(oneChef(targets), target.region);
  try {
    const known = [...groups, ...instances.flatMap(({ group }) => group ?? [])];
    const { region } = target;
    const asking = { ...awsFacts(region), ask: askAws(region), place: placeOnce(region) };
    const { ask, fixOf } = askDoubting({ chef, groupDestroyed, ...asking });
    const work = { chef, decide: createDecide(known, ask, target), groups, dryRun, fixOf };
    const reaped = await reapAll(instances, (instance) => reapInstance(instance, work), { terminal, signal });
    if (json) terminal.json({ dryRun, instances: reaped });
    else printReaped(reaped, terminal);
    return reapExitCode(reaped);
  } finally {
    chef.close();
  }
}

/** Only one Chef server at a time; otherwise it would be unclear which one an unknown instance belongs to. */
function oneChef(targets: readonly Target[]) {
  const [first, ...others] = targets.map(requiredChef);
  if (first && others.every((other) => other.serverUrl === first.serverUrl)) return first;
  throw new UsageError("the groups are on different Chef servers: choose one with '--group'");
}

async function reapAll(
  instances: readonly NamedInstance[],
  reapOne: (instance: NamedInstance) => Promise<ReapedInstance>,
  { terminal, signal }: Context,
): Promise<ReapedInstance[]> {
  const reaped = new Map<NamedInstance, ReapedInstance>();
  await forEachBounded(instances, CONCURRENCY, async (instance) => {
    if (signal.aborted) return;
    terminal.progress(`${reaped.size} of ${instances.length} …`);
    reaped.set(instance, await reapOne(instance));
  });
  return instances.map((instance) => reaped.get(instance) ?? notTried(instance));
}

function notTried({ instanceId }: NamedInstance): ReapedInstance {
  return { instanceId, name: instanceId, outcome: "not-tried", reason: "the run was stopped before it" };
}
