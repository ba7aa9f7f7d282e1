import { removalInWords } from "../../chef/removal";
import type { Terminal } from "../terminal/terminal";
import type { ReapedInstance } from "./reap-instance";

const MARK_OF = {
  removed: "ok",
  absent: "ok",
  "would-remove": "warning",
  "not-tried": "warning",
  refused: "failed",
  failed: "failed",
} as const;

export function printReaped(reaped: readonly ReapedInstance[], terminal: Terminal): void {
  for (const one of reaped) {
    terminal.mark(MARK_OF[one.outcome], `${one.name} ${described(one)}`);
    if (one.fix !== undefined) terminal.line(`  → ${one.fix}`, 4);
  }
  const outcomes = [...new Set(reaped.map(({ outcome }) => outcome))];
  const counts = outcomes.map((it) => `${reaped.filter(({ outcome }) => outcome === it).length} ${WORD_OF[it]}`);
  terminal.line(counts.join(", "));
}

const WORD_OF = {
  removed: "removed",
  absent: "gone already",
  "would-remove": "to remove",
  "not-tried": "not tried",
  refused: "refused",
  failed: "failed",
} as const;

function described({ outcome, node, client, reason }: ReapedInstance): string {
  if (outcome === "removed") return `removed: ${removalInWords({ node, client })}`;
  if (outcome === "would-remove") {
    return `would remove ${[node === "deleted" && "node", client === "deleted" && "client"].filter(Boolean).join(" and ")}`;
  }
  return outcome === "absent" ? "already gone" : `${WORD_OF[outcome]}: ${reason}`;
}
