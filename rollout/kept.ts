/** Instances that failed their first boot and are kept in the launch hook (`onFailedBoot: "keep"`): no AWS call reports them. */
import { lastLines } from "./console-output";
import type { GroupPlace } from "./group-access";
import type { Run } from "./run";

/** Start of the line that packer/scripts/converge.sh writes to the console of an instance that it keeps. */
const KEPT_MARK = "converge: kept:";

/** Delay before a console is read again: EC2 limits the rate, and other than Nitro types show it late. */
const ASK_AGAIN_MS = 15_000;

/** Reads the consoles of the instances that wait in a hook, each until it shows that its instance is kept. */
export function watchKept({ access, state, kept, say }: Pick<Run, "access" | "state" | "kept" | "say">) {
  const askedAt = new Map<string, number>();
  return async (): Promise<void> => {
    if (state.keptIn === undefined) return;
    for (const { id, lifecycleState } of (await access.find())?.members ?? []) {
      if (lifecycleState !== "Pending:Wait" || kept.has(id)) continue;
      if (Date.now() - (askedAt.get(id) ?? 0) < ASK_AGAIN_MS) continue;
      askedAt.set(id, Date.now());
      const words = keptWords((await access.consoleText(id)) ?? "");
      if (!words) continue;
      const message = `its first boot failed, and it is kept in the lifecycle hook '${state.keptIn}', out of service`;
      kept.set(id, { activityId: id, instanceId: id, kind: "instance", message, console: words });
      say(`${id} failed: ${message}`);
    }
  };
}

/**
 * The console output up to the mark; undefined if there is no mark.
 *
 * @param text the whole console output
 */
export function keptWords(text: string): string[] | undefined {
  const lines = text.split(/\r?\n|\r/);
  const at = lines.findIndex((line) => line.includes(KEPT_MARK));
  return at < 0 ? undefined : lastLines(lines.slice(0, at).join("\n"));
}

/** The command that ends the wait of a kept instance. */
export function howToEnd(ids: Iterable<string>, { groupName, region }: GroupPlace, hook: string): string {
  const command =
    `aws autoscaling complete-lifecycle-action --region ${region} --auto-scaling-group-name ${groupName} ` +
    `--lifecycle-hook-name ${hook} --lifecycle-action-result ABANDON --instance-id`;
  return [...ids].map((id) => `'${command} ${id}'`).join(", ");
}
