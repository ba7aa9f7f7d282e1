import type { GroupRemoval, LeftName } from "../chef/group";
import type { CleanupState } from "./cleanup-state";

/** Names of other instances' nodes that are listed; the Chef server has them all. */
const MOST_FOREIGN = 10;

/** What a destroy left in the Chef server on purpose, a line for each reason. Nothing tells of it later: the state is gone. */
export function leftAlone(
  state: CleanupState,
  { living, foreign }: Pick<GroupRemoval, "living" | "foreign">,
): string[] {
  const lines: string[] = [];
  if (living.length > 0) {
    lines.push(
      `Instances that left group "${state.groupName}" live still, so that their nodes and clients stay in the Chef server: ` +
        `${listed(living)}; once they are terminated, remove what is left with: ${reapCommand(state, living)}`,
    );
  }
  if (foreign.length > 0) {
    const more = foreign.length > MOST_FOREIGN ? ` and ${foreign.length - MOST_FOREIGN} more` : "";
    const some = listed(foreign.slice(0, MOST_FOREIGN));
    lines.push(
      `Nodes and clients "${state.groupName}-i-…" stay in the Chef server, because others use them: ${some}${more}`,
    );
  }
  return lines;
}

function listed(names: readonly LeftName[]): string {
  return names.map(({ name, why }) => `${name} (${why})`).join(", ");
}

/** What a person pastes into a shell, but for the CA's file. */
function reapCommand(state: CleanupState, living: readonly LeftName[]): string {
  const ids = living.map(({ name }) => name.slice(state.groupName.length + 1));
  const options = ["--group-destroyed", "--group", state.groupName, "--region", state.region];
  const server = ["--chef-server-url", state.serverUrl, ...(state.caPem ? ["--chef-ca", "ca.pem"] : [])];
  const operator = ["--chef-client", state.operator.name, "--chef-key", JSON.stringify(state.operator.key)];
  return ["chef-autoscaling", "reap", ...ids, ...options, ...server, ...operator].map(shellWord).join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
