import type { GroupRemoval, LeftName } from "../../chef/group";
import type { CleanupState } from "./cleanup-state";

/** Maximum number of listed names of other instances' nodes. */
const MOST_FOREIGN = 10;

/** What a destroy kept on the Chef server on purpose, one line per reason. This is the only report: afterwards the state is gone. */
export function leftAlone(
  state: CleanupState,
  { living, foreign }: Pick<GroupRemoval, "living" | "foreign">,
): string[] {
  const lines: string[] = [];
  if (living.length > 0) {
    lines.push(
      `Instances that were detached from group "${state.groupName}" are still alive, so their nodes and clients are kept on the Chef server: ` +
        `${listed(living)}; once they are terminated, remove what is left with: ${reapCommand(state, living)}`,
    );
  }
  if (foreign.length > 0) {
    const more = foreign.length > MOST_FOREIGN ? ` and ${foreign.length - MOST_FOREIGN} more` : "";
    const some = listed(foreign.slice(0, MOST_FOREIGN));
    lines.push(
      `Nodes and clients "${state.groupName}-i-…" are kept on the Chef server, because others use them: ${some}${more}`,
    );
  }
  return lines;
}

function listed(names: readonly LeftName[]): string {
  return names.map(({ name, why }) => `${name} (${why})`).join(", ");
}

/**
 * What is left behind when a group moves to another Chef server, and how to remove it; undefined if it does not move. Reaper, reconcile and
 * cleanup only contact the new one.
 *
 * @param before the state after the last update
 */
export function leftOnServer(before: CleanupState, now: CleanupState): string[] {
  if (before.serverUrl === now.serverUrl || before.groupName !== now.groupName) return [];
  const everything = ["--max-share", "1", "--max-count", "10000"];
  const remove = shellLine("reconcile", ["--group", before.groupName, "--region", before.region], before, everything);
  return [
    `Group "${before.groupName}" moves from the Chef server ${before.serverUrl} to ${now.serverUrl}: the nodes and clients ` +
      `on the first are kept there, and nothing here removes them any more; once the group's instances have been replaced, remove them with: ${remove}`,
  ];
}

function reapCommand(state: CleanupState, living: readonly LeftName[]): string {
  const ids = living.map(({ name }) => name.slice(state.groupName.length + 1));
  return shellLine("reap", [...ids, "--group-destroyed", "--group", state.groupName, "--region", state.region], state);
}

/** A command that can be pasted into a shell, except for the CA's file. */
function shellLine(
  command: string,
  words: readonly string[],
  state: CleanupState,
  more: readonly string[] = [],
): string {
  const server = ["--chef-server-url", state.serverUrl, ...(state.caPem ? ["--chef-ca", "ca.pem"] : [])];
  const operator = ["--chef-client", state.operator.name, "--chef-key", JSON.stringify(state.operator.key)];
  return ["chef-autoscaling", command, ...words, ...server, ...operator, ...more].map(shellWord).join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
